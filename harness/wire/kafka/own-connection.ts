/** The wire's own conversation with the broker, beside a client's: one lazy connection, replies matched by correlation id. */
import { systemClock } from '../../core/index.ts';
import type { SessionContext } from '../session.ts';
import { createFrameSplitter, REPLY_HEAD_BYTES } from './frame-splitter.ts';

export interface OwnConnection {
  /** Sends a request and gives its reply frame, or undefined when the broker was away or did not answer in time. */
  ask(make: (correlation: number) => Buffer): Promise<Buffer | undefined>;
  close(): void;
}

const ANSWER_MS = 3_000;

export function createOwnConnection(context: Pick<SessionContext, 'dialCallee'>): OwnConnection {
  const waiting = new Map<number, (reply: Buffer | undefined) => void>();
  let link: { write(bytes: Uint8Array): void; close(): void } | undefined;
  let lastCorrelation = 0;

  const onFrame = (frame: Buffer) => waiting.get(frame.readInt32BE(4))?.(frame);
  const onEnd = () => {
    link = undefined;
    for (const settle of [...waiting.values()]) settle(undefined);
  };
  const dial = () =>
    context.dialCallee(
      createFrameSplitter(REPLY_HEAD_BYTES, { begin: () => 'hold', pass: () => undefined, frame: onFrame }),
      onEnd,
    );

  return {
    ask(make) {
      link ??= dial();
      const correlation = ++lastCorrelation;
      const answered = new AbortController();
      return new Promise((resolve) => {
        const settle = (reply: Buffer | undefined) => {
          waiting.delete(correlation);
          answered.abort();
          resolve(reply);
        };
        waiting.set(correlation, settle);
        systemClock.delay(ANSWER_MS, answered.signal).then(
          () => settle(undefined),
          () => undefined,
        );
        link?.write(make(correlation));
      });
    },
    close() {
      link?.close();
      link = undefined;
    },
  };
}
