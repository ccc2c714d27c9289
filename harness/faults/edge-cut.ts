/** Cutting an edge, and what the wire's record shows of it. */
import type { EdgeState, HistoryRecord, Lab } from '../core/index.ts';
import { proxyOf } from './toxic-fault.ts';

/** The wire first: it must be the one that cuts, for it counts what it cut. */
export async function cutEdge(lab: Lab, edge: string, how: Exclude<EdgeState, 'up'> = 'down'): Promise<void> {
  const proxy = await proxyOf(lab, edge);
  await lab.wire.setEdge(edge, how);
  await proxy.update({ enabled: false, listen: proxy.listen, upstream: proxy.upstream });
}

export async function restoreEdge(lab: Lab, edge: string): Promise<void> {
  const proxy = await proxyOf(lab, edge);
  await proxy.update({ enabled: true, listen: proxy.listen, upstream: proxy.upstream });
  await lab.wire.setEdge(edge, 'up');
}

export const CUT_COUNTED_BY = 'connections that were cut or refused, and exchanges that broke, at the wire';

/** True for what an edge that is cut does to its callers. */
export function cutLanded(record: HistoryRecord, edges: readonly string[]): boolean {
  if (!('edge' in record) || !edges.includes(record.edge)) return false;
  if (record.type === 'connection') return record.event === 'refused' || record.event === 'reset';
  return record.type === 'exchange' && (record.outcome === 'reset' || record.outcome === 'refused');
}
