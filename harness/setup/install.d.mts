/** Types of install.mjs. */

/** True when node_modules holds what package-lock.json says. */
export function isInstalled(root: string): boolean;

/** Runs `npm ci`, telling progress as text; of several processes one does it and the others wait. */
export function installPackages(root: string, tell: (text: string) => void): Promise<void>;

/** Runs the install script of the npm package `node` where npm was not allowed to. */
export function fetchNode(root: string, tell: (text: string) => void): Promise<void>;
