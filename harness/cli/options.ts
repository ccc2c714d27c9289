/** Values on the command line: numbers, durations, `name=value` pairs; wrong ones are refused with the value quoted. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError(`"${text}" is not a whole number.`);
  return value;
}

/** A whole number from 1 on. */
export function countFromOne(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError(`"${text}" must be 1 or more.`);
  return value;
}

/** `500ms`, `10s`, `2m`; milliseconds. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (!match) throw new InvalidArgumentError(`"${text}" is not a duration; write 500ms, 10s or 2m.`);
  const unit = { ms: 1, s: 1_000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
  return Number(match[1]) * unit;
}

/** Collects `name=value`; numbers and true/false are taken as such. */
export function pair(text: string, collected: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError(`"${text}" is not name=value.`);
  return { ...collected, [text.slice(0, at)]: parsedValue(text.slice(at + 1)) };
}

function parsedValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
