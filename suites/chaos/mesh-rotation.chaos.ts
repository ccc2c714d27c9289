/** Certificates change while customers shop. */
import { visit } from '../../fixtures/workloads/door.ts';
import { MESHES, rotate } from '../../fixtures/workloads/mesh.ts';
import { orderCompletes, placeOrders } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const CUSTOMERS = 6;
const CARTS = 12;
const ROTATED = ['gateway-sidecar', 'order-sidecar', 'gateway-sidecar', 'order-sidecar'];

const CHECKS = [
  { check: 'answered', atLeast: CUSTOMERS * CARTS + ROTATED.length },
  { check: 'mtls' },
  { check: 'terminal-states', expect: { state: 'completed' } },
  { check: 'conservation' },
];

experiment('certificates on both ends are rotated under load, and no request fails', {
  hypothesis:
    'While customers open carts, which nobody may do twice, and the order service is slow, both sidecars get new ' +
    'certificates, twice each: every request is answered, and every new connection is made with certificates that are in order.',
  topologies: MESHES,
  faults: [{ fault: 'latency', target: 'order->postgres', options: { latencyMs: 10 } }],
  async workload(context) {
    let opened = 0;
    const customer = async () => {
      for (let cart = 0; cart < CARTS; cart++) {
        await visit(context, { name: 'open a cart', method: 'POST', path: '/api/v1/carts', body: {} });
        opened += 1;
      }
    };
    const operator = async () => {
      for (const [turn, sidecar] of ROTATED.entries()) {
        const due = (turn + 1) * CUSTOMERS * 2;
        await context.until('some carts to be open', () => opened >= due, 10_000);
        await rotate(context, sidecar);
      }
    };
    await Promise.all([...Array.from({ length: CUSTOMERS }, customer), operator()]);
    await placeOrders(context, 2);
    await context.settled();
  },
  checks: CHECKS,
  // It is so without a fault as well.
  controlChecks: CHECKS,
  pulse: orderCompletes,
});
