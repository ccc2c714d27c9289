/** What damaged and hostile files are made of: values of wrong types, huge numbers, deep nesting, markup, and ways to put them somewhere. */
import fc from 'fast-check';

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** As JSON reads them back: `1e999` stands for numbers that are none any more. */
export const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  '',
  'text',
  '__proto__',
  'constructor',
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\u0000\u001b[31m\u202e\ud800',
  'x'.repeat(2_000),
  -1,
  0.5,
  1e21,
  1e308,
  -1e308,
  2 ** 53,
  8.64e15,
  [],
  {},
  [[]],
  nested(12),
  nested(3_000),
];

/** One of them, at any place of a value. */
export interface Harm {
  /** Which member, as a share of all there are. */
  readonly place: number;
  readonly value: unknown;
  readonly how: 'replace' | 'remove' | 'add' | 'rename';
}

export const harms = fc.array(
  fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    value: fc.constantFrom(...HOSTILE_VALUES),
    how: fc.constantFrom('replace', 'remove', 'add', 'rename'),
  }),
  { minLength: 1, maxLength: 4 },
) as fc.Arbitrary<Harm[]>;

/** A deep copy of plain data with the harm done. */
export function harmed<Value>(value: Value, list: readonly Harm[]): Value {
  const copy = structuredClone(value);
  for (const { place, value: unharmed, how } of list) {
    // A later harm may be done inside this one, and must not be there in the next run.
    const hostile: unknown = JSON.parse(JSON.stringify(unharmed));
    const places = placesOf(copy, [], 0);
    const [owner, name] = places[Math.floor(place * places.length)] ?? [{}, ''];
    if (how === 'replace') owner[name] = hostile;
    else if (how === 'add') owner[`${name}x`] = hostile;
    else {
      if (how === 'rename' && !Array.isArray(owner)) owner[String(hostile).slice(0, 20)] = owner[name];
      if (Array.isArray(owner)) owner.splice(Number(name), 1);
      else delete owner[name];
    }
  }
  return copy;
}

type Owner = Record<string, unknown>;

/** Down to a depth where everything is ours. */
function placesOf(value: unknown, places: [Owner, string][], depth: number): [Owner, string][] {
  if (typeof value !== 'object' || value === null || depth > 12) return places;
  for (const name of Object.keys(value)) {
    places.push([value as Owner, name]);
    placesOf((value as Owner)[name], places, depth + 1);
  }
  return places;
}
