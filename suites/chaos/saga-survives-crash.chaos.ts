/** The order service dies at every step of the orchestrated saga: before its command is out, and after it took a reply. */
import { CONDUCTED, orderCompletes, placeOrder, REFUSED_ADDRESS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CHECKS = [{ check: 'exactly-once' }, { check: 'conservation' }, { check: 'nothing-lost' }];

/** Steps by the command that is on its way when the conductor dies. */
const FORWARD = ['payment.charge', 'stock.reserve', 'shipment.create'] as const;
const UNDOING = ['payment.refund', 'stock.release'] as const;

/** A conductor that died is let into its group again after six seconds: longer than an order may wait for its charge. */
function allowedAfter(command: (typeof FORWARD)[number]): readonly string[] {
  return command === 'stock.reserve' ? ['completed', 'payment_failed'] : ['completed'];
}

for (const command of FORWARD) {
  experiment(`the order service killed before ${command} is out brings the order to its end`, {
    hypothesis:
      `When the order service is killed while it sends ${command}, the saga goes on from its stored state after the restart, ` +
      `each step has its effect once, and the order ends.`,
    topologies: CONDUCTED,
    faults: [
      {
        fault: 'crash-at',
        target: 'order->kafka',
        trigger: { operation: 'Produce', header: { name: 'type', value: command } },
      },
    ],
    async workload(context) {
      await placeOrder(context);
      await context.settled();
    },
    checks: [...CHECKS, { check: 'terminal-states', allowed: allowedAfter(command) }],
    pulse: orderCompletes,
  });
}

for (const command of UNDOING) {
  experiment(`the order service killed before ${command} is out still undoes everything`, {
    hypothesis:
      `When the order service is killed while it sends ${command}, what was done is undone after the restart, in reverse order ` +
      `and once, and the order ends cancelled.`,
    topologies: CONDUCTED,
    faults: [
      {
        fault: 'crash-at',
        target: 'order->kafka',
        trigger: { operation: 'Produce', header: { name: 'type', value: command } },
      },
    ],
    async workload(context) {
      await placeOrder(context, { addressId: REFUSED_ADDRESS });
      await context.settled();
    },
    checks: [...CHECKS, { check: 'terminal-states', expect: { state: 'cancelled' } }, { check: 'compensation-order' }],
    pulse: orderCompletes,
  });
}

experiment('the order service killed after it took a reply takes it once', {
  hypothesis:
    'When the order service is killed after it handled a reply and before it committed its offset, the reply comes again, ' +
    'means nothing any more, and the order completes.',
  topologies: CONDUCTED,
  faults: [
    { fault: 'crash-at', target: 'order->kafka', trigger: { operation: 'OffsetCommit', topic: 'order.replies' } },
  ],
  async workload(context) {
    await placeOrder(context);
    await context.settled();
    // Offsets are committed a moment after the order has ended.
    await context.landed();
  },
  checks: [...CHECKS, { check: 'terminal-states', expect: { state: 'completed' } }],
  pulse: orderCompletes,
});
