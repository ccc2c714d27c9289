/** The door is HTTPS, by a certificate that was made for this lab; what passes is still seen and broken. */
import { askInPlain, asStranger, certificateAt, placesOfDoor } from '../../fixtures/workloads/encrypted.ts';
import { orderCompletes, placeOrder, WHOLE_SHOPS } from '../../fixtures/workloads/shop.ts';
import { experiment } from '../../harness/experiment/index.ts';

const HELD = [
  { check: 'answered', operations: 'look*', atLeast: 5 },
  { check: 'told', operations: 'look at the certificate*', member: 'fits', is: true, atLeast: 2 },
  { check: 'told', operations: 'look at the certificate*', member: 'ofThisRun', is: true, atLeast: 2 },
  { check: 'told', operations: 'look in plain', member: 'answeredAtDoor', is: 0 },
  { check: 'told', operations: 'look in plain', member: 'answeredByGateway', is: 0 },
  {
    check: 'told',
    operations: 'look as a stranger*',
    member: 'code',
    is: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    atLeast: 2,
  },
  { check: 'terminal-states', expect: { state: 'completed' } },
  { check: 'exactly-once' },
];

experiment(
  'the door is encrypted: plain HTTP gets no answer, strangers do not trust it, and a lost answer is still one order',
  {
    hypothesis:
      'The gateway speaks HTTPS alone, by a certificate that the lab’s own authority signed for it; who speaks plain HTTP gets no answer, ' +
      'who trusts another authority turns away; and an answer lost at this door is one order, once the customer asks again.',
    topologies: WHOLE_SHOPS,
    faults: [
      { fault: 'lost-reply', target: 'driver->gateway', trigger: { operation: 'POST /api/v1/orders', times: 1 } },
    ],
    async workload(context) {
      const { door, gateway } = placesOfDoor(context);
      for (const [where, place] of [
        ['of the door', door],
        ['of the gateway', gateway],
      ] as const) {
        await context.step({ name: `look at the certificate ${where}`, work: () => certificateAt(context, place) });
        const work = async () => ({ code: await asStranger(place) });
        await context.step({ name: `look as a stranger ${where}`, work });
      }
      const plain = async () => ({
        answeredAtDoor: await askInPlain(context, door),
        answeredByGateway: await askInPlain(context, gateway),
      });
      await context.step({ name: 'look in plain', work: plain });
      const wish = { idempotencyKey: `${context.caseId}-encrypted`, userId: 'user-9', productId: 'product-2' };
      await placeOrder(context, wish);
      await placeOrder(context, wish);
      await context.settled();
    },
    checks: HELD,
    controlChecks: HELD,
    pulse: orderCompletes,
  },
);
