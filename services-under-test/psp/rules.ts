/** The payment service provider's rules: an idempotency key is charged once, answered alike ever after, and can be closed. */
import type { Ledger } from '../kit/ledger.ts';
import type { PlainAnswer } from '../kit/plain-server.ts';

/** Any payment method that is told to be declined. */
const DECLINED_METHOD = 'card-declined';

export interface Charge {
  readonly orderId: string;
  readonly amount: number;
  readonly method: string;
}

export interface Psp {
  charge(key: string, charge: Charge): PlainAnswer;
  refund(key: string, refund: { readonly orderId: string; readonly amount: number }): PlainAnswer;
  void(key: string): PlainAnswer;
}

export function createPsp(ledger: Ledger, newId: () => string): Psp {
  const charges = new Map<string, { readonly charge: Charge; readonly answer: PlainAnswer }>();
  const refunds = new Map<string, PlainAnswer>();
  const closed = new Set<string>();
  const chargedFor = (orderId: string) => sum(ledger, orderId, 'charged') - sum(ledger, orderId, 'refunded', 'voided');

  return {
    charge(key, charge) {
      if (closed.has(key)) return problem(409, 'Key closed', 'this idempotency key was voided');
      const before = charges.get(key);
      if (before !== undefined) return before.answer;
      const answer = decide(charge, newId);
      if (answer.status === 201) ledger.add({ entity: charge.orderId, kind: 'charged', key, amount: charge.amount });
      charges.set(key, { charge, answer });
      return answer;
    },
    refund(key, { orderId, amount }) {
      const before = refunds.get(key);
      if (before !== undefined) return before;
      if (chargedFor(orderId) < amount)
        return problem(422, 'Nothing to refund', 'more than what is charged cannot be refunded');
      ledger.add({ entity: orderId, kind: 'refunded', key, amount });
      const answer = { status: 201, body: { refundId: newId(), status: 'refunded', amount } };
      refunds.set(key, answer);
      return answer;
    },
    void(key) {
      const charged = charges.get(key);
      const isCharged = charged?.answer.status === 201;
      if (isCharged && !closed.has(key)) {
        ledger.add({ entity: charged.charge.orderId, kind: 'voided', key, amount: charged.charge.amount });
      }
      closed.add(key);
      return { status: 200, body: { key, status: isCharged ? 'refunded' : 'closed' } };
    },
  };
}

function decide({ method, amount }: Charge, newId: () => string): PlainAnswer {
  if (method === DECLINED_METHOD) return { status: 402, body: { status: 'declined' } };
  return { status: 201, body: { chargeId: newId(), status: 'charged', amount } };
}

function sum(ledger: Ledger, orderId: string, ...kinds: string[]): number {
  return ledger
    .of(orderId)
    .filter(({ kind }) => kinds.includes(kind))
    .reduce((total, { amount }) => total + amount, 0);
}

/** A problem document. */
export function problem(status: number, title: string, detail: string): PlainAnswer {
  return { status, body: { type: 'about:blank', title, status, detail } };
}
