/**
 * What of a history can be drawn as a mark: exchanges, messages, and connections that never got as far as an
 * exchange.
 */
import type { ConnectionRecord, HistoryRecord, IdleOperation } from '../../core/index.ts';
import { shorten } from '../format.ts';
import { idleTest, isFailure, type Look, lookOf } from './look.ts';

export interface Mark {
  readonly edge: string;
  /** Epoch ms. */
  readonly at: number;
  readonly endAt: number;
  readonly look: Look;
  readonly name: string;
  readonly status: number;
  /** Id of the fault that touched it. */
  readonly fault?: string;
}

const NAME_MAX = 90;

/** All marks of a history in time order, and how many idle exchanges were left out. */
export function marksOf(
  records: readonly HistoryRecord[],
  idle: readonly IdleOperation[],
): { marks: Mark[]; idle: number } {
  const isIdle = idleTest(idle);
  const ended = new Set<string>();
  for (const record of records)
    if (record.type === 'exchange' && isFailure(lookOf(record))) ended.add(`${record.edge} ${record.connection}`);
  let left = 0;
  const marks = records.flatMap((record) => {
    if (record.type === 'exchange' && record.fault === undefined && isIdle(record)) {
      left += 1;
      return [];
    }
    const mark = markOf(record);
    const isTold = record.type === 'connection' && ended.has(`${record.edge} ${record.connection}`);
    return mark === undefined || isTold ? [] : [mark];
  });
  return { marks: marks.sort((a, b) => a.at - b.at), idle: left };
}

/** True for marks that are kept first when there are too many. */
export function isTelling(mark: Mark): boolean {
  return mark.fault !== undefined || isFailure(mark.look);
}

function markOf(record: HistoryRecord): Mark | undefined {
  if (record.type === 'connection') return connectionMark(record);
  if (record.type === 'message') {
    if (record.action === 'committed') return undefined;
    const name = `${record.action} ${record.topic}${record.group === undefined ? '' : ` to ${record.group}`}`;
    return { ...placeOf(record, record.at), look: 'message', name: shorten(name, NAME_MAX), status: 0 };
  }
  if (record.type !== 'exchange') return undefined;
  const name = shorten(record.operation, NAME_MAX);
  return { ...placeOf(record, record.endAt), look: lookOf(record), name, status: record.status ?? 0 };
}

/** A connection that was refused or reset; one that was opened or closed in peace is no mark. */
function connectionMark(record: ConnectionRecord): Mark | undefined {
  if (record.event !== 'refused' && record.event !== 'reset') return undefined;
  const name =
    record.event === 'reset' && record.by !== undefined
      ? `connection reset by ${record.by}`
      : `connection ${record.event}`;
  return { ...placeOf(record, record.at), look: record.event, name, status: 0 };
}

function placeOf(
  record: { edge: string; at: number; fault?: string },
  endAt: number,
): Pick<Mark, 'edge' | 'at' | 'endAt' | 'fault'> {
  const fault = record.fault === undefined ? {} : { fault: record.fault };
  return { edge: record.edge, at: record.at, endAt: Math.max(record.at, endAt), ...fault };
}
