/** Redaction: credentials and card numbers are taken out of every text before it is stored. */
import { type FinalState, type HistoryRecord, redactNames, redactText, SPAN_IDS } from '../core/index.ts';

const SECRET_NAMES =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|password|passwd|secret|token|access_token|refresh_token|client_secret)$/i;
/** Members that hold names and types of bodies. */
const SHAPES = new Set(['requestShape', 'replyShape', 'shape']);
/** Members that are identities of ours or numbers of the protocol: never texts of the system under test. */
const KEPT = new Set([
  'type',
  'case',
  'trace',
  'edge',
  'topic',
  'group',
  'event',
  'action',
  'outcome',
  'part',
  'by',
  'id',
  ...SPAN_IDS,
]);

/** The record with every text redacted; the same object where nothing had to be taken out. */
export function redactRecord<Record extends HistoryRecord>(record: Record): Record {
  return redactMembers(record);
}

export function redactState(state: FinalState): FinalState {
  return {
    entities: state.entities.map(redactMembers),
    entries: state.entries.map(redactMembers),
    pending: state.pending.map(redactMembers),
  };
}

function cleanText(name: string, text: string): string {
  if (SECRET_NAMES.test(name)) return '[redacted]';
  return SHAPES.has(name) ? redactNames(text) : redactText(text);
}

function redactMembers<T extends object>(value: T): T {
  let changed: Record<string, unknown> | undefined;
  for (const name in value) {
    if (KEPT.has(name)) continue;
    const member: unknown = value[name];
    let clean = member;
    if (typeof member === 'string') clean = cleanText(name, member);
    else if (typeof member === 'object' && member !== null) clean = redactMembers(member);
    if (clean === member) continue;
    changed ??= { ...(value as Record<string, unknown>) };
    changed[name] = clean;
  }
  return changed === undefined ? value : (changed as T);
}
