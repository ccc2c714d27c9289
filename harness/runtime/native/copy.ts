/** Copies a template folder with owners, modes and times kept (a class-data archive and Postgres look at them). */
import { execFile } from 'node:child_process';
import { HarnessError } from '../../core/index.ts';

/** `to` must not exist. */
export function copyFolder(from: string, to: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('cp', ['-a', '--', from, to], { ...(signal && { signal }) }, (cause, _out, said) => {
      if (!cause) return resolve();
      const message = `the template ${from} could not be copied to ${to}: ${said.trim() || cause.message}`;
      reject(new HarnessError({ code: 'boot-failed', message, hint: 'Check the free space there.', cause }));
    });
  });
}
