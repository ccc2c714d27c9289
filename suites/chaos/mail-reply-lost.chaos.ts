/** The mail server takes the mail, and nobody hears of it. */
import { orderCompletes, placeOrder, SHOPS, triedMails } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a mail that was accepted without anybody hearing of it is one mail to the customer', {
  hypothesis:
    'When the mail server accepts a mail and its reply is lost, the mail is sent again and says that it may be a repetition, so the mailbox keeps one.',
  topologies: SHOPS,
  faults: [{ fault: 'lost-reply', target: 'notification->mail', trigger: { operation: 'DATA', times: 1 } }],
  async workload(context) {
    await placeOrder(context);
    await context.settled();
    if (context.kind === 'case')
      await context.until('the mail to have been tried', () => triedMails(context, 1), 10_000);
  },
  checks: [
    { check: 'exactly-once' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'conservation' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
