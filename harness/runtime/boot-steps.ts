/** Measures and reports the steps of a boot, and says which of them the others waited for. */
import { systemClock, type Timing } from '../core/index.ts';

export interface BootEvent {
  /** Part, or step of its preparation, as in "kafka: copy". */
  readonly what: string;
  readonly state: 'start' | 'done' | 'failed';
  readonly tookMs?: number;
}

export interface BootSteps {
  /** Does the work, measured. */
  step<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Steps that have begun and not ended. */
  open(): string[];
  timings(): Timing[];
}

export function bootSteps(report: (event: BootEvent) => void): BootSteps {
  const startMs = systemClock.now();
  const open = new Set<string>();
  const done: Timing[] = [];
  return {
    async step(what, work) {
      const fromMs = systemClock.now() - startMs;
      const tookMs = () => Math.round(systemClock.now() - startMs - fromMs);
      open.add(what);
      report({ what, state: 'start' });
      try {
        const result = await work();
        done.push({ what, fromMs: Math.round(fromMs), tookMs: tookMs() });
        report({ what, state: 'done', tookMs: tookMs() });
        return result;
      } catch (error) {
        report({ what, state: 'failed', tookMs: tookMs() });
        throw error;
      } finally {
        open.delete(what);
      }
    },
    open: () => [...open],
    timings: () => withNotes(done),
  };
}

/** Marks the step that ended last and the one that took longest. */
function withNotes(steps: readonly Timing[]): Timing[] {
  const endOf = (step: Timing) => step.fromMs + step.tookMs;
  const last = steps.reduce<Timing | undefined>(
    (late, step) => (late && endOf(late) >= endOf(step) ? late : step),
    undefined,
  );
  const longest = steps.reduce<Timing | undefined>(
    (long, step) => (long && long.tookMs >= step.tookMs ? long : step),
    undefined,
  );
  return [...steps]
    .sort((a, b) => a.fromMs - b.fromMs)
    .map((step) => {
      const notes = [step === last && 'ended last', step === longest && 'took longest'].filter(
        (note) => note !== false,
      );
      return notes.length > 0 ? { ...step, note: notes.join(', ') } : step;
    });
}

/** Milliseconds from the first step until the last one was done. */
export function bootMs(timings: readonly Timing[]): number {
  return Math.max(0, ...timings.map(({ fromMs, tookMs }) => fromMs + tookMs));
}
