/** A service with two instances is restarted one after the other, scaled in and out, while customers go on looking. */
import { visit } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { isCalledAgain, steadily } from '../../fixtures/workloads/steady.ts';
import { systemClock } from '../../harness/core/index.ts';
import type { WorkloadContext } from '../../harness/experiment/index.ts';
import { experiment } from '../../harness/experiment/index.ts';

const INSTANCES = ['bff-web', 'bff-web-2'];
const PATH = '/api/v1/pages/products/product-1';
/** So many visits are served by what is left before the instance comes back. */
const MEANWHILE = 20;

/** Stops an instance, lets the other serve alone, starts it, and waits until it has its share again. */
async function roll(context: WorkloadContext, part: string): Promise<void> {
  await context.lab.parts.stop(part);
  for (let index = 0; index < MEANWHILE; index++) await visit(context, { path: PATH, name: 'look' });
  await context.lab.parts.start(part);
  const from = systemClock.now();
  await context.until(`${part} to have its share again`, () => isCalledAgain(context, part, from), 6_000);
}

experiment('a rolling restart and a change of scale under load cost nobody a request', {
  hypothesis:
    'While pages are slow and customers keep coming, both instances of the web’s door are stopped and started in turn: each ' +
    'finishes what it was asked, is asked nothing more until it is ready again, and no request fails.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  // Slow enough that every instance has calls under way whenever it is asked to end.
  faults: INSTANCES.map((instance) => ({
    fault: 'latency',
    target: `${instance}->catalog`,
    options: { latencyMs: 40 },
  })),
  async workload(context) {
    const load = steadily(context, { path: PATH, visitors: 3, name: 'look' });
    for (const part of INSTANCES) {
      const from = systemClock.now();
      await context.until(`${part} to be asked`, () => isCalledAgain(context, part, from), 6_000);
    }
    await context.inject();
    // What is compared with is the same traffic, and nobody who leaves.
    if (context.kind === 'case') for (const part of INSTANCES) await roll(context, part);
    await context.heal();
    await load.stop();
  },
  checks: [
    { check: 'rollout', parts: 'bff-web*', operations: 'look', stops: INSTANCES.length, atLeast: 60 },
    { check: 'graceful-shutdown', part: 'bff-web*', operations: 'look' },
    { check: 'answered', operations: 'look', atLeast: 60 },
  ],
  controlChecks: [{ check: 'answered', operations: 'look' }],
  pulse: orderCompletes,
});
