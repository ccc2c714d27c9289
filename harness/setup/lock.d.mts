/** Types of lock.mjs. */

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Longest wait, in ms. Default: no bound (a dead holder never blocks). */
  readonly deadlineMs?: number;
  /** Called once when another live process holds the lock. */
  readonly onWait?: (pid: number) => void;
}

/**
 * Takes the lock `file`, waiting while another live process holds it; a lock whose holder is dead is taken over.
 * Returns the function that gives it back. Throws the file system's error where the folder cannot be written.
 */
export function takeLock(file: string, options?: LockOptions): Promise<() => void>;
