/**
 * Log lines on their way to standard output. Each write is a system call: lines of ordinary course leave together.
 * Warnings and events leave at once, and with them all that was said before: what matters has been said before a kill -9.
 */
import { type DestinationStream, pino } from 'pino';

/** An ordinary line leaves at most this long after it was said. */
const GATHER_MS = 20;
const WARNING = 40;

export function gatheredLines(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true });
  let lines = '';
  let due: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(due);
    due = undefined;
    const text = lines;
    lines = '';
    if (text !== '') output.write(text);
  };
  process.on('exit', flush);
  /** Set by pino before each write. */
  const about = { lastLevel: 0, lastObj: null as { event?: unknown } | null };
  return Object.assign(about, {
    [Symbol.for('pino.metadata')]: true,
    write(line: string) {
      lines += line;
      const event = about.lastObj?.event;
      if (about.lastLevel >= WARNING || (event !== undefined && event !== 'span')) flush();
      else due ??= setTimeout(flush, GATHER_MS);
    },
  });
}
