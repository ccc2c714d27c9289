/** Figures as text: durations, counts, shares, bytes and times, the same everywhere in the report. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const LATEST_DATE_MS = 8.64e15;

/** A count, with thousands separators. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Number.isInteger(value) ? WHOLE.format(value) : FINE.format(value);
}

/** `12 orders`, `1 order`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A duration given in ms: `0.4 ms`, `312 ms`, `4.21 s`, `2 min 5 s`. */
export function duration(valueMs: number): string {
  if (!Number.isFinite(valueMs)) return '–';
  const size = Math.abs(valueMs);
  if (size < 10) return `${FINE.format(Math.round(valueMs * 10) / 10)} ms`;
  if (size < 999.5) return `${Math.round(valueMs)} ms`;
  if (size < 59_950) return `${(valueMs / 1000).toFixed(size < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(size / 1000);
  return `${valueMs < 0 ? '-' : ''}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A share of 1 as per cent; never rounded up to 100 nor down to 0. */
export function percent(part: number, whole: number): string {
  if (!(whole > 0)) return '–';
  const share = (part / whole) * 100;
  if (share === 100 || share === 0) return `${share} %`;
  return `${Math.min(99.9, Math.max(0.1, Math.round(share * 10) / 10))} %`;
}

/** An instant, given in epoch ms, as `2026-01-31 10:22:41 UTC`. */
export function instant(epochMs: number): string {
  if (!Number.isFinite(epochMs) || Math.abs(epochMs) > LATEST_DATE_MS) return '–';
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** An instant as ISO 8601, for machines; the epoch where it is out of range. */
export function isoInstant(epochMs: number): string {
  const valid = Number.isFinite(epochMs) && Math.abs(epochMs) <= LATEST_DATE_MS;
  return new Date(valid ? epochMs : 0).toISOString();
}

/** A name with its unit at its end (`recoveryMs`) as words (`recovery`), and its value with that unit. */
export function namedFigure(name: string, value: number): { readonly label: string; readonly text: string } {
  const words = (text: string) =>
    text
      .replace(/[-_]+/g, ' ')
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase();
  if (/[a-z0-9]Ms$/.test(name)) return { label: words(name.slice(0, -2)), text: duration(value) };
  if (/Bytes$/.test(name)) return { label: words(name), text: `${count(value)} B` };
  return { label: words(name), text: count(value) };
}

/** At most `most` characters, with an ellipsis where it was cut. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
}
