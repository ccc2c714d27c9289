/** A service whose database is away is alive, and not ready. */
import { askPart } from '../../fixtures/workloads/door.ts';
import { orderCompletes, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a service whose database is away is alive and not ready, and ready again when it is back', {
  hypothesis:
    'While the order service cannot reach its database it says that it is not ready and names the reason, it ' +
    'still says that it is alive, and it is ready again without a restart.',
  topologies: WHOLE_SHOPS,
  start: 'called',
  faults: [{ fault: 'down', target: 'order->postgres' }],
  async workload(context) {
    const ready = async () => (await askPart(context, 'order', '/health/ready')).status;
    const alive = async () => (await askPart(context, 'order', '/health/live')).status;
    const look = async (wanted: number) => {
      await context.until(`readiness ${wanted}`, async () => (await ready()) === wanted, 5_000);
      return { ready: await ready(), alive: await alive() };
    };
    await context.step({ name: 'before', work: () => look(200) });
    await context.inject();
    if (context.kind === 'case') await context.step({ name: 'while away', work: () => look(503) });
    await context.heal();
    await context.step({ name: 'after', work: () => look(200) });
  },
  checks: [
    { check: 'answered', atLeast: 3 },
    { check: 'told', operations: 'while away', member: 'ready', is: 503 },
    { check: 'told', operations: 'while away', member: 'alive', is: 200 },
    { check: 'told', operations: 'after', member: 'ready', is: 200 },
  ],
  controlChecks: [{ check: 'answered' }],
  pulse: orderCompletes,
});
