/**
 * Loaded before a service (`node --import`): its wall clock is ahead or behind, and may run faster or slower. `Date` and the origin of
 * `performance` are changed, timers are not. That it was read is told once, in one JSON line on stdout.
 */
interface Shift {
  readonly offsetMs: number;
  readonly driftMsPerS: number;
}

const { offsetMs, driftMsPerS } = JSON.parse(process.env.FAULTLINE_CLOCK ?? '{"offsetMs":0,"driftMsPerS":0}') as Shift;
const RealDate = Date;
const origin = performance.timeOrigin;
const sinceStart = performance.now.bind(performance);
let told = false;

function shiftMs(): number {
  if (!told) {
    told = true;
    const said = { time: origin + sinceStart(), event: 'clock-shifted', offsetMs, driftMsPerS };
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
  return offsetMs + (driftMsPerS * sinceStart()) / 1_000;
}

const now = () => Math.round(RealDate.now() + shiftMs());

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
Object.defineProperty(performance, 'timeOrigin', { configurable: true, get: () => origin + shiftMs() });
