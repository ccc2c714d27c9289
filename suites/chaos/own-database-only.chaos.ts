/** Each service has a database of its own, and no way into another's, however slow its own is. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment, type WorkloadContext } from '../../harness/experiment/index.ts';

/** Roles that may enter a database that is not their own, and databases whose own role may not enter. */
const RIGHTS = `select
    (count(*) filter (where role.rolname <> datname and may))::integer as foreign,
    (count(*) filter (where role.rolname = datname and not may))::integer as locked
  from pg_roles as role cross join pg_database
  cross join lateral (select has_database_privilege(role.rolname, datname, 'connect') as may) as answer
  where role.rolcanlogin and not role.rolsuper and datallowconn`;

/** Refused by the database: no such table here, no right to it, no right to enter; by Redis: no right to a key, nobody known. */
const REFUSALS: readonly string[] = ['42P01', '42501', '3D000', '28000', 'NOPERM', 'NOAUTH', 'WRONGPASS'];

const STORES: readonly string[] = ['postgres', 'redis'];

experiment('no service may enter the database of another, and none tries', {
  hypothesis:
    'Every role may connect to its own database alone, and an order goes its way without a statement or a Redis command that is refused, ' +
    'also while a database is slow.',
  topologies: SHOPS,
  faults: [{ fault: 'latency', target: 'payment->postgres', options: { latencyMs: 50 } }],
  async workload(context) {
    await placeOrder(context);
    await context.settled();
    await lookAtRights(context);
    await context.step({ name: 'statements', work: async () => ({ refused: await refusedStatements(context) }) });
  },
  checks: [
    { check: 'told', operations: 'rights', member: 'foreign', is: 0 },
    { check: 'told', operations: 'rights', member: 'locked', is: 0 },
    { check: 'told', operations: 'statements', member: 'refused', is: 0 },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
  ],
  pulse: orderCompletes,
});

function lookAtRights({ lab, step }: WorkloadContext): Promise<boolean> {
  const work = async () => {
    const [row] = await lab.probe<{ foreign: number; locked: number }>({
      store: 'postgres',
      database: 'order',
      sql: RIGHTS,
    });
    return { foreign: row?.foreign ?? -1, locked: row?.locked ?? -1 };
  };
  return step({ name: 'rights', work });
}

async function refusedStatements(context: WorkloadContext): Promise<number> {
  const refused = (await context.seen()).filter(
    (record) => record.type === 'exchange' && STORES.includes(record.protocol) && REFUSALS.includes(record.error ?? ''),
  );
  return refused.length;
}
