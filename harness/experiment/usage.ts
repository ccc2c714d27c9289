/** What our services hold, noted in a case's history: before anything was done, and once all was healed and quiet. */
import { type Lab, systemClock, type UsageRecord } from '../core/index.ts';
import type { RecordFeed } from './feed.ts';

/** Stand-ins for the outside world are nobody's promise. */
export async function noteUsage(
  { parts, topology }: Pick<Lab, 'parts' | 'topology'>,
  feed: Pick<RecordFeed, 'add'>,
  caseId: string,
  moment: UsageRecord['moment'],
): Promise<void> {
  const at = systemClock.now();
  for (const held of await parts.usage()) {
    const service = topology.services[held.part];
    if (service && !service.outside) feed.add({ type: 'usage', at, case: caseId, moment, ...held });
  }
}
