/** Types of environment.mjs. */

/** `outer` without HTTP proxies and tracking, with a compile cache below `root`. */
export function childEnvironment(root: string, outer: NodeJS.ProcessEnv): Record<string, string>;
