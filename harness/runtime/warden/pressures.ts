/** What one part is under now, each with the grip that takes it off again; what was felt outlives the grip. */
import { HarnessError } from '../../core/errors.ts';
import type { Felt, Pressure } from '../../core/lab.ts';
import type { Grip, Life } from './life.ts';

export interface Pressures {
  /** One of a kind at a time. */
  put(pressure: Pressure, life: Life): Promise<void>;
  /** One that is not on is no error. */
  take(on: Pressure['on']): Promise<void>;
  felt(on: Pressure['on']): Promise<Felt>;
  /** The part has begun another life. */
  renew(life: Life): void;
  names(): Pressure['on'][];
}

export function pressuresOf(part: string): Pressures {
  const grips = new Map<Pressure['on'], Grip>();
  const last = new Map<Pressure['on'], Felt>();
  return {
    async put(pressure, life) {
      if (grips.has(pressure.on)) throw refusal(part, `pressed on ${pressure.on}: it is already`);
      last.delete(pressure.on);
      grips.set(pressure.on, await life.press(pressure));
    },
    async take(on) {
      const grip = grips.get(on);
      if (!grip) return;
      const felt = await grip.felt().catch(() => undefined);
      await grip.relieve();
      grips.delete(on);
      if (felt) last.set(on, felt);
    },
    async felt(on) {
      const found = (await grips.get(on)?.felt()) ?? last.get(on);
      return found ?? { times: 0, by: `nothing: ${part} is under no pressure on ${on}` };
    },
    renew({ pid }) {
      for (const grip of grips.values()) grip.renew?.(pid);
    },
    names: () => [...grips.keys()],
  };
}

function refusal(part: string, what: string): HarnessError {
  return new HarnessError({
    code: 'part-failed',
    message: `part "${part}" cannot be ${what}`,
    hint: 'Take that off first.',
  });
}
