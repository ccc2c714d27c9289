/** Two versions of the phone's door behind one name. */
import { visit } from '../../fixtures/workloads/door.ts';
import { MESHES } from '../../fixtures/workloads/mesh.ts';
import { orderCompletes } from '../../fixtures/workloads/shop.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

const VISITS = 25;

const look = (context: WorkloadContext) =>
  visit(context, { name: 'home', path: '/api/v1/home', headers: { 'x-client': 'mobile' } });

/** The first call over each way is slow: both versions have been asked before anything counts. */
async function warmUp(context: WorkloadContext): Promise<void> {
  const first = { name: 'first', path: '/api/v1/home', headers: { 'x-client': 'mobile' }, okStatuses: [200, 503] };
  const isWarm = async () => {
    await visit(context, first);
    const edges = (await context.seen()).flatMap((record) => (record.type === 'exchange' ? record.edge : []));
    return ['bff-mobile->catalog', 'bff-mobile-canary->catalog'].every((edge) => edges.includes(edge));
  };
  await context.until('both versions to be warm', isWarm, 10_000);
}

/** The gateway's sidecar said that it takes a version out. */
async function isTakenOut(context: WorkloadContext): Promise<boolean> {
  const records = await context.seen();
  return records.some((record) => record.type === 'service-event' && record.event === 'taken-out');
}

experiment('a canary gets its share of the calls, and none any more once it fails', {
  hypothesis:
    'One in five pages for phones comes from the canary; when it dies nobody hears of it, for what it did not answer is asked of the ' +
    'stable version, and after three failures it is taken out.',
  topologies: MESHES,
  start: 'called',
  faults: [{ fault: 'kill', target: 'bff-mobile-canary' }],
  async workload(context) {
    await warmUp(context);
    for (let visits = 0; visits < VISITS; visits++) await look(context);
    await context.inject();
    for (let visits = 0; visits < VISITS; visits++) await look(context);
    const takenOut = await isTakenOut(context);
    await context.step({ name: 'canary', work: async () => ({ takenOut }) });
  },
  checks: [
    { check: 'answered', operations: 'home', atLeast: 2 * VISITS },
    { check: 'told', operations: 'canary', member: 'takenOut', is: true },
  ],
  controlChecks: [
    { check: 'answered', operations: 'home', atLeast: 2 * VISITS },
    { check: 'told', operations: 'canary', member: 'takenOut', is: false },
    {
      check: 'traffic-share',
      shares: { 'bff-mobile->catalog': 0.8, 'bff-mobile-canary->catalog': 0.2 },
      within: 0.08,
      atLeast: 2 * VISITS,
    },
  ],
  pulse: orderCompletes,
});
