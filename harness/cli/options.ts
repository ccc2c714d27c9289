/** Values on the command line: numbers, durations, `name=value` pairs; wrong ones are refused with the value quoted. */
import { InvalidArgumentError } from 'commander';

/** Seeds are 32 bits wide: a larger one would be cut, and two of them would be the same. */
const LARGEST_SEED = 2 ** 32 - 1;

/** 1, 2, 3 and so on. */
export function countFromOne(text: string): number {
  return wholeNumber(text, 1, Number.MAX_SAFE_INTEGER);
}

export function seedNumber(text: string): number {
  return wholeNumber(text, 0, LARGEST_SEED);
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a whole number`);
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
  throw new InvalidArgumentError(`${text} is out of range; it must be ${range}`);
}

/** `500ms`, `10s`, `2m`; milliseconds. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (!match) throw new InvalidArgumentError(`"${text}" is not a duration; write 500ms, 10s or 2m`);
  const unit = { ms: 1, s: 1_000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
  const value = Number(match[1]) * unit;
  if (value >= 1 && value <= LONGEST_MS) return value;
  throw new InvalidArgumentError(`${text} is out of range; it must be from 1ms to ${LONGEST_MS / 60_000}m`);
}

const LONGEST_MS = 24 * 3_600_000;

/** Collects `name=value`; numbers and true/false are taken as such. */
export function pair(text: string, collected: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError(`"${text}" is not name=value`);
  const name = text.slice(0, at);
  if (Object.hasOwn(collected, name)) throw new InvalidArgumentError(`"${name}" is given twice`);
  return { ...collected, [name]: parsedValue(text.slice(at + 1)) };
}

/** `name` or `name=value` of a header. */
export function headerOf(text: string): { readonly name: string; readonly value?: string } {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  if (!/^[\w-]+$/.test(name)) throw new InvalidArgumentError(`"${text}" is not name or name=value of a header`);
  return at < 0 ? { name } : { name, value: text.slice(at + 1) };
}

/** Above 0, at most 1. */
export function shareOf(text: string): number {
  const share = Number(text);
  if (text !== '' && share > 0 && share <= 1) return share;
  throw new InvalidArgumentError(`"${text}" is not a share; it must be above 0 and at most 1`);
}

function parsedValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
