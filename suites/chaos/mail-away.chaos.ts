/** The mail server is away: checkout does not notice, and every customer hears of it once it is back. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a mail server that is away delays mails and nothing else', {
  hypothesis:
    'While the mail server cannot be reached orders are taken and complete as ever, and once it is back every customer gets one mail.',
  topologies: SHOPS,
  // Reset, not refused: each try is seen.
  faults: [{ fault: 'down', target: 'notification->mail', options: { how: 'reset' } }],
  async workload(context) {
    await placeOrders(context, 4);
    await context.settled();
    if (context.kind === 'case') {
      const refused = async () =>
        (await context.seen()).some(
          (record) => record.type === 'connection' && record.edge === 'notification->mail' && record.event !== 'open',
        );
      await context.until('a mail to have been tried', refused, 5_000);
    }
    await context.heal();
  },
  checks: [
    { check: 'conservation' },
    { check: 'answered', operations: 'POST *' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
