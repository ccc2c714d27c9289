/** The payment provider's packets go nowhere: nothing is refused and nothing is reset, callers only ever time out. Only an engine can do that. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment('a provider that is off the network is a provider that is down', {
  hypothesis:
    'While every packet to and from the payment provider is dropped, calls end at their time-out, every order ends payment_failed, its stock is ' +
    'released, the customer is told once, and nothing is charged afterwards.',
  topologies: SHOPS,
  faults: [{ fault: 'partition', target: 'psp', options: { how: 'drop' } }],
  async workload(context) {
    await placeOrders(context, 4);
    await context.landed();
    await context.settled();
  },
  checks: [
    { check: 'terminal-states', expect: { state: 'payment_failed' } },
    { check: 'breaker-conformance', edge: 'payment->psp' },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
