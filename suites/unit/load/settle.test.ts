/** After a load: a ledger that cannot be read costs its verdicts, not what was measured. */
import { expect, test } from 'vitest';
import { HISTORY_TOPOLOGY as topology } from '../../../fixtures/histories/topology.ts';
import { HarnessError, type Lab } from '../../../harness/core/index.ts';
import type { Session } from '../../../harness/experiment/index.ts';
import { gatherer } from '../../../harness/load/gathered.ts';
import { settle } from '../../../harness/load/settle.ts';

test('trouble while the state is read is told, and makes the load unknown', async () => {
  const refuse = async () => {
    throw new HarnessError({ code: 'part-failed', message: 'the probe of GET /ledger at "order" answered 404' });
  };
  const lab = { topology, wire: { open: async () => [], offsets: async () => [] }, parts: { list: async () => [] } };
  const session = {
    lab: lab as unknown as Lab,
    reader: { read: refuse },
    offsets: async () => [],
  } as unknown as Session;
  const options = { durationMs: 1_000, startedAt: 0, signal: new AbortController().signal };
  const { verdicts, trouble, state } = await settle(session, options, gatherer('c', topology, 'gateway', false));
  expect(verdicts).toMatchObject([{ check: 'quiescence', status: 'unknown' }]);
  expect(trouble).toContain('GET /ledger');
  expect(state).toBeUndefined();
});
