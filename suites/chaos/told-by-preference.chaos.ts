/** A customer who wants short messages, and a provider whose answer is lost after it delivered one. */
import { askPart } from '../../fixtures/workloads/door.ts';
import { orderCompletes, placeOrder, preferChannels, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

/** Has a telephone. */
const CUSTOMER = 'user-demo';

experiment('a customer is told over the channel they prefer, once', {
  hypothesis:
    "When a customer prefers short messages and the provider's answer is lost after it delivered one, it is asked again under " +
    'the same key: one short message, no mail.',
  topologies: WHOLE_SHOPS,
  faults: [{ fault: 'lost-reply', target: 'notification->messages', trigger: { operation: 'POST /sms', times: 1 } }],
  start: 'called',
  async workload(context) {
    await preferChannels(context, CUSTOMER, { email: false, sms: true, push: false });
    const isKnown = async () => {
      const { text } = await askPart(context, 'notification', `/contacts/${CUSTOMER}`);
      return text.includes('"channel":"sms"');
    };
    await context.until('the wish to have come through', isKnown, 10_000);
    await context.inject();
    await placeOrder(context, { userId: CUSTOMER });
    await context.settled();
    // The customer is told after the order has ended.
    await context.landed();
  },
  checks: [
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
