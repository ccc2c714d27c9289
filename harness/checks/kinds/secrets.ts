/** Credentials and card numbers stand nowhere in what is recorded: logs, message headers, keys, paths, refusals. */
import { z } from 'zod';
import { type HistoryRecord, redactText, SPAN_IDS } from '../../core/index.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, noData, pass } from '../judgement.ts';

/** What stands in a saved history where something was taken out. */
const TAKEN_OUT = /\[redacted\]|\[jwt\]|\[card ending \d{4}\]/;
const SECRET_IN_LOG = 'secret-in-log';

export default defineCheck({
  name: 'secrets',
  summary: 'no credential and no card number stands in logs, message headers, keys, paths or refusals',
  options: z.strictObject({
    /** Further texts that must stand nowhere: what the workload entered and nobody may repeat. */
    texts: z.array(z.string().min(6)).default([]),
  }),
  underLoad: (options) => ({ options }),
  judge(input, { texts }) {
    let looked = 0;
    const found = input.history.flatMap((record) =>
      textsOf(record).flatMap(([where, text]) => {
        looked++;
        const named = texts.find((secret) => text.includes(secret));
        const clean = named === undefined ? redactText(text) : text.replaceAll(named, '[secret]');
        return named !== undefined || clean !== text || TAKEN_OUT.test(text) ? [`${where}: ${clean}`] : [];
      }),
    );
    const figures = { texts: looked, secrets: found.length };
    if (found.length > 0)
      return fail(`${counted(found.length, 'secret')} in what was recorded`, [...new Set(found)], figures);
    if (looked === 0) return noData('no text was recorded', [], figures);
    return pass(`no secret in ${counted(looked, 'recorded text')}`, [], figures);
  },
});

type Text = readonly [where: string, text: string];

/** Texts of the system under test. What the harness itself sent or named is none of them. */
function textsOf(record: HistoryRecord): Text[] {
  if (record.type === 'exchange')
    return [[`a call on ${record.edge}`, record.operation], ...maybe(`a key on ${record.edge}`, record.key)];
  if (record.type === 'message') {
    const headers = Object.entries(record.headers ?? {}).map(
      ([name, text]): Text => [`header ${name} on ${record.topic}`, text],
    );
    return [...headers, ...maybe(`a key on ${record.topic}`, record.key)];
  }
  if (record.type === 'operation') return maybe(`the answer to ${record.name.split('?')[0]}`, record.detail?.body);
  if (record.type !== 'service-event') return [];
  const where = record.event === SECRET_IN_LOG ? `the log of ${record.service}` : `an event of ${record.service}`;
  return Object.entries(record.detail).flatMap(([name, value]) => (SPAN_IDS.includes(name) ? [] : maybe(where, value)));
}

function maybe(where: string, text: unknown): Text[] {
  return typeof text === 'string' ? [[where, text]] : [];
}
