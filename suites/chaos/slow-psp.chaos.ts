/** A slow payment provider: the breaker of payment opens, nothing leaks through it, and it closes once the provider is fast again. */
import { orderCompletes, placeOrders, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment("a slow payment provider opens payment's breaker and leaks nothing", {
  hypothesis:
    'When the payment provider answers too late, payment opens its breaker after the declared number of failed attempts, starts no call while it is open, ' +
    'probes once, closes after the heal, and every order ends in an allowed state.',
  topologies: SHOPS,
  faults: [{ fault: 'latency', target: 'payment->psp', options: { latencyMs: 900 } }],
  async workload(context) {
    await placeOrders(context, 6);
    if (context.kind === 'case') {
      const timedOut = async () =>
        (await context.seen()).filter(
          ({ type, ...rest }) => type === 'exchange' && 'outcome' in rest && rest.outcome === 'gave-up',
        ).length >= 5;
      await context.until('five attempts to time out', timedOut, 10_000);
      await placeOrders(context, 2);
      await context.heal();
    }
    await context.settled();
    await placeOrders(context, 2);
    await context.settled();
  },
  checks: [
    { check: 'breaker-conformance', edge: 'payment->psp', witness: 'strict' },
    { check: 'deadline', edge: 'payment->psp' },
    { check: 'terminal-states', allowed: ['completed', 'payment_failed'] },
    { check: 'conservation' },
    { check: 'exactly-once' },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
