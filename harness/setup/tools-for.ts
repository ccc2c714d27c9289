/** Which tools a topology needs as child processes: Redis, for one, is set up for those that have one. */
import type { Topology } from '../core/index.ts';
import type { ToolName } from './types.ts';

/** Node and Toxiproxy always, the others by what the topology declares. */
export function toolsFor({ stores, brokers }: Pick<Topology, 'stores' | 'brokers'>): ToolName[] {
  const wanted = new Set<ToolName>(['node', 'toxiproxy']);
  for (const { kind } of Object.values(brokers)) if (kind === 'kafka') wanted.add('java').add('kafka');
  for (const { kind } of Object.values(stores)) wanted.add(kind);
  return [...wanted];
}
