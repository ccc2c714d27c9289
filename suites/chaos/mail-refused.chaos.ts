/** The mail server says "not now". */
import { orderCompletes, placeOrder, SHOPS, triedMails } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a mail that is refused for now is tried again until it is taken', {
  hypothesis:
    'When the mail server refuses a mail with 451 twice, notification tries again, the customer gets one mail, and the order has completed meanwhile.',
  topologies: SHOPS,
  faults: [{ fault: 'mail-refused', target: 'notification->mail', options: { status: 451 }, trigger: { times: 2 } }],
  async workload(context) {
    await placeOrder(context);
    await context.settled();
    if (context.kind === 'case')
      await context.until('the mail to have been tried', () => triedMails(context, 2), 10_000);
  },
  checks: [
    { check: 'exactly-once' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
