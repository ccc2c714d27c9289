/** Faults that go on and off by the clock until they are taken back. */
import { HarnessError, messageOf, systemClock } from '../core/index.ts';

export interface Rhythm {
  readonly onMs: number;
  readonly offMs: number;
}

export interface Flapping {
  /** How often it went on so far, and when first. */
  readonly times: () => number;
  readonly firstAt: () => number | undefined;
  /** Ends in the state `off`; throws when that could not be reached. */
  stop(): Promise<void>;
}

/** On at once, off after `onMs`, on again after `offMs`, and so on. Each step is seen through before the next. */
export async function flap(rhythm: Rhythm, on: () => Promise<void>, off: () => Promise<void>): Promise<Flapping> {
  const stopping = new AbortController();
  let isOn = false;
  let times = 0;
  let firstAt: number | undefined;
  let failure: unknown;
  const turnOn = async () => {
    isOn = true;
    await on();
    times++;
    firstAt ??= systemClock.now();
  };
  const turnOff = async () => {
    await off();
    isOn = false;
  };
  await turnOn();
  const run = async () => {
    for (;;) {
      await systemClock.delay(rhythm.onMs, stopping.signal);
      await turnOff();
      await systemClock.delay(rhythm.offMs, stopping.signal);
      await turnOn();
    }
  };
  const running = run().catch((thrown) => {
    if (!stopping.signal.aborted) failure = thrown;
  });
  return {
    times: () => times,
    firstAt: () => firstAt,
    async stop() {
      stopping.abort();
      await running;
      if (isOn) await turnOff();
      if (failure === undefined) return;
      const cause = failure;
      failure = undefined;
      const message = `a fault that goes on and off stopped doing so: ${messageOf(cause)}`;
      throw new HarnessError({ code: 'fault-failed', message, cause });
    },
  };
}
