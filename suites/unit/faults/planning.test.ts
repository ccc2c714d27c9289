/** Planning: what cannot be done is refused with one sentence before anything is broken. */
import { describe, expect, test } from 'vitest';
import tiny from '../../../fixtures/topologies/tiny.ts';
import type { FaultSpec } from '../../../harness/core/index.ts';
import { faultCatalogue, planFault } from '../../../harness/faults/index.ts';
import { canLimitCpu } from '../../../harness/runtime/index.ts';

const refusal = (spec: FaultSpec) =>
  planFault(spec, tiny).then(
    () => 'planned',
    (error: Error & { hint?: string }) => `${error.message} | ${error.hint ?? ''}`,
  );

describe('planning a fault', () => {
  test('an unknown fault is refused with the nearest names', async () => {
    expect(await refusal({ fault: 'latancy', target: 'till->book' })).toMatch(/no fault named "latancy".*latency/);
  });

  test('an unknown edge is refused with the nearest names', async () => {
    expect(await refusal({ fault: 'latency', target: 'till->bok', options: { latencyMs: 1 } })).toMatch(
      /no such edge.*till->book/,
    );
  });

  test('an unknown part is refused', async () => {
    expect(await refusal({ fault: 'kill', target: 'bok' })).toMatch(/no such part.*book/);
  });

  test('a wrong option is refused with its name', async () => {
    expect(await refusal({ fault: 'latency', target: 'till->book', options: { latencyMs: -1 } })).toMatch(
      /option latencyMs/,
    );
  });

  test('a fault that the protocol cannot do is refused', async () => {
    expect(await refusal({ fault: 'ack-lost', target: 'till->book' })).toMatch(/speaks http; this fault acts on kafka/);
  });

  test('a fault that everybody feels cannot be scoped to a case', async () => {
    const spec: FaultSpec = { fault: 'down', target: 'till->book', scope: 'case' };
    expect(await refusal(spec)).toMatch(/cannot be scoped to a case/);
  });

  test('every kind has an example that names it', async () => {
    const { entries } = await faultCatalogue();
    for (const { name, example } of entries.values()) expect(example.startsWith(name)).toBe(true);
  });

  test('what only the container engine can do is refused on a lab of child processes, with the way to get it', async () => {
    await expect(planFault({ fault: 'partition', target: 'book' }, tiny, 'native')).rejects.toMatchObject({
      code: 'fault-refused',
      message: 'fault partition on book: it needs a lab of containers, and this one is native',
      hint: 'boot the lab with --runtime containers',
    });
    const squeeze = planFault({ fault: 'cpu-limit', target: 'book' }, tiny, 'native').then(
      () => true,
      () => false,
    );
    expect(await squeeze).toBe(canLimitCpu());
    const spec = { fault: 'memory-limit', target: 'book', options: { mebibytes: 64 } };
    expect(await planFault(spec, tiny, 'containers')).toMatchObject({ scope: 'shared' });
    expect(await planFault(spec, tiny)).toMatchObject({ options: { mebibytes: 64 } });
  });
});
