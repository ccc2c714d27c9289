/** The options of a fault or a check as a table: name, values, unit, default; read off its schema. */
import { z } from 'zod';

export interface OptionRow {
  readonly name: string;
  /** `0 to 600000`, `before, after`, `a text`. */
  readonly values: string;
  readonly unit?: string;
  readonly default?: unknown;
  readonly required: boolean;
}

interface Shape {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

/** Units by the end of a name. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Ms$/, 'ms'],
  [/AfterS$|Seconds$/, 's'],
  [/^kilobytesPerSecond$/, 'kB/s'],
  [/^mebibytes$/, 'MiB'],
  [/^(bytes|offset)$|Bytes$/, 'bytes'],
  [/^records$/, 'records'],
  [/^cpus$/, 'processors'],
];

export function optionRows(options: z.ZodType): OptionRow[] {
  const shape = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) as Shape;
  const whole = shape.properties === undefined ? (shape.anyOf?.find(({ properties }) => properties) ?? shape) : shape;
  return Object.entries(whole.properties ?? {}).map(([name, one]) => {
    const unit = UNITS.find(([pattern]) => pattern.test(name))?.[1];
    return {
      name,
      values: valuesOf(one),
      ...(unit !== undefined && { unit }),
      ...(one.default !== undefined && { default: one.default }),
      required: whole.required?.includes(name) ?? false,
    };
  });
}

/** One line: `latencyMs (ms, 0 to 600000, needed)`. */
export function optionLine({ name, values, unit, default: otherwise, required }: OptionRow): string {
  const told = otherwise === undefined ? undefined : `default ${JSON.stringify(otherwise)}`;
  return `${name} (${[unit, values, required ? 'needed' : told].filter(Boolean).join('; ')})`;
}

function valuesOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.join(', ');
  if (shape.const !== undefined) return String(shape.const);
  if (shape.anyOf !== undefined) return [...new Set(shape.anyOf.map(valuesOf))].join(', or ');
  switch (shape.type) {
    case 'integer':
    case 'number':
      return numbers(shape);
    case 'boolean':
      return 'true, false';
    case 'string':
      return shape.maxLength === undefined ? 'a text' : `a text of up to ${shape.maxLength} characters`;
    case 'array':
      return `a list of: ${valuesOf(shape.items ?? {})}`;
    case 'object':
      return 'names with values';
    default:
      return 'any value';
  }
}

/** Bounds that are only those of the type say nothing. */
function numbers({ type, minimum, maximum, exclusiveMinimum }: Shape): string {
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum;
  const from = least === undefined || least <= Number.MIN_SAFE_INTEGER ? undefined : least;
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (from !== undefined && to !== undefined) return `${kind}, ${from} to ${to}`;
  if (from !== undefined) return exclusiveMinimum === undefined ? `${kind}, ${from} or more` : `${kind} above ${from}`;
  return to === undefined ? kind : `${kind}, up to ${to}`;
}
