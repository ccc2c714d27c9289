/** The carrier's rules: one shipment per idempotency key; an address it does not serve is refused. */
import type { Ledger } from '../kit/ledger.ts';
import type { PlainAnswer } from '../kit/plain-server.ts';

/** Addresses that begin like this are not served. */
const REFUSED_ADDRESS = 'address-refused';

export interface Shipment {
  readonly orderId: string;
  readonly addressId: string;
  /** Declared value of the parcel, in cents. */
  readonly value: number;
}

/** A step of a parcel's way, and how long after its beginning it comes. */
const WAY = [
  { status: 'accepted', afterMs: 0 },
  { status: 'on its way', afterMs: 2_000 },
  { status: 'delivered', afterMs: 5_000 },
] as const;

/** The steps of a parcel's way that have come by now. Times in epoch ms. */
export function stepsBy(nowMs: number, shippedAt: number): { readonly status: string; readonly at: number }[] {
  return WAY.map(({ status, afterMs }) => ({ status, at: shippedAt + afterMs })).filter(({ at }) => at <= nowMs);
}

/** Ships, or answers as it did the first time. */
export function createCarrier(ledger: Ledger, newId: () => string): (key: string, shipment: Shipment) => PlainAnswer {
  const answers = new Map<string, PlainAnswer>();
  return (key, shipment) => {
    const before = answers.get(key);
    if (before !== undefined) return before;
    const answer = decide(shipment, newId);
    if (answer.status === 201) ledger.add({ entity: shipment.orderId, kind: 'shipped', key, amount: shipment.value });
    answers.set(key, answer);
    return answer;
  };
}

function decide({ addressId }: Shipment, newId: () => string): PlainAnswer {
  if (addressId.startsWith(REFUSED_ADDRESS)) {
    return { status: 422, body: { title: 'Address refused', status: 422, detail: 'this address is not served' } };
  }
  const shipmentId = newId();
  return { status: 201, body: { shipmentId, tracking: `TRACK-${shipmentId.slice(0, 8).toUpperCase()}` } };
}
