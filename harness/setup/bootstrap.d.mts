/** Types of bootstrap.mjs. */

export const NODE_AT_LEAST: number;

export class BootstrapError extends Error {
  constructor(message: string, hint: string);
  /** What to do next, one sentence. */
  readonly hint: string;
}

export interface BootstrapOptions {
  /** Folder with package.json. Default: the project this file belongs to. */
  readonly root?: string;
  /** Takes progress, as text. Default: standard error. */
  readonly tell?: (text: string) => void;
}

export interface Bootstrapped {
  readonly root: string;
  /** Path of a Node binary, 24 or newer. */
  readonly node: string;
  /** For every process started from here on. */
  readonly environment: Record<string, string>;
}

/** Throws `BootstrapError` where packages or Node 24 cannot be had. */
export function bootstrap(options?: BootstrapOptions): Promise<Bootstrapped>;
