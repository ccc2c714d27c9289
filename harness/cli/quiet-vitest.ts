/** vitest as a library that leaves the terminal to us: stdout stays for results, and Ctrl-C is ours to answer. */
import type { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import type { CliOptions, Vitest } from 'vitest/node';

const EVENTS = ['SIGINT', 'SIGTERM', 'exit'] as const;

export async function quietVitest(settings: CliOptions): Promise<Vitest> {
  const { createVitest } = await import('vitest/node');
  const events: EventEmitter = process;
  const before = new Set(EVENTS.flatMap((event) => events.rawListeners(event)));
  const stream = aside();
  const vitest = await createVitest(settings, {}, { stdout: stream, stderr: stream });
  // Its own listeners end the process at once, with a lab up and no report written.
  for (const event of EVENTS) {
    for (const listener of events.rawListeners(event)) {
      if (!before.has(listener)) events.off(event, listener as () => void);
    }
  }
  return vitest;
}

/** What vitest and its workers print goes to stderr, without the controls it would give a terminal. */
function aside(): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      process.stderr.write(chunk);
      done();
    },
  });
}
