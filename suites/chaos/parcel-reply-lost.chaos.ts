/** The carrier takes a parcel, its answer never arrives. */
import { orderCompletes, placeOrder, SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

experiment("the carrier's reply lost after it took the parcel is one parcel", {
  hypothesis:
    "When the carrier's answer is lost after it took a parcel, shipping asks again under the same key, and one parcel is on its way.",
  topologies: SHOPS,
  faults: [{ fault: 'lost-reply', target: 'shipping->carrier', trigger: { operation: 'POST /shipments', times: 1 } }],
  async workload(context) {
    await placeOrder(context);
    await context.settled();
  },
  checks: [
    { check: 'exactly-once' },
    { check: 'conservation' },
    { check: 'terminal-states', expect: { state: 'completed' } },
    { check: 'nothing-lost' },
  ],
  pulse: orderCompletes,
});
