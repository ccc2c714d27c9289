/** Rules of counting: into which hour an event falls. */

const HOUR_MS = 3_600_000;

/** The beginning of the hour of a moment, both epoch ms. */
export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
