/**
 * The orchestrated saga, as a pure state machine: it commands inventory, payment and shipping one after the other, and
 * undoes in reverse order what was done when a step fails. It waits for one reply at a time, to one request.
 *
 *     reserving --stock.reserved--> charging --payment.charged--> shipping --shipment.created--> completed
 *         |                            |                             |
 *   stock.rejected              payment.failed, time-out       shipment.refused
 *         v                            v                             v
 *      rejected      (voiding, after a time-out)  releasing   refunding, then releasing
 *                                      v                             v
 *                               payment_failed                   cancelled
 *
 * Stock and parcel are asked for until there is an answer: nothing was done before the one, nothing may be undone after
 * the other. A charge is given up at its time-out and then voided, whatever became of it. Undoing is retried until done.
 */
import type { OrderFact } from './order-events.ts';
import type { Ending } from './rules.ts';
import type { CommandType, ReplyData } from './saga-commands.ts';

export type WorkingStep = 'reserving' | 'charging' | 'shipping';
export type UndoingStep = 'voiding' | 'refunding' | 'releasing';

/** Why it is undone, and as what the order ends then. */
export interface Failure extends Ending {
  readonly cause: 'payment_failed' | 'shipment_refused' | 'order_cancelled';
}

/** What waits for a reply, for the orders it stands for; an ended saga waits for nothing. */
export type Saga =
  | { readonly step: WorkingStep; readonly tries: number; readonly cancelWanted?: boolean }
  | { readonly step: UndoingStep; readonly tries: number; readonly failure: Failure }
  | { readonly step: 'ended'; readonly ending: Ending };

/** What a turn of the saga decides: its next state, the command that goes out, and what is now true of the order. */
export interface Turn {
  readonly saga: Saga;
  /** `again`: the command it waits for is sent once more, under the same request id. */
  readonly command?: CommandType;
  readonly again?: true;
  readonly facts: readonly OrderFact[];
}

/** What the command of each step asks for. */
const COMMANDS: Readonly<Record<WorkingStep | UndoingStep, CommandType>> = {
  reserving: 'stock.reserve',
  charging: 'payment.charge',
  shipping: 'shipment.create',
  voiding: 'payment.void',
  refunding: 'payment.refund',
  releasing: 'stock.release',
};

/** How long a reply to the `tries`-th sending of a step's command is waited for, in ms. */
export function patienceMs(step: WorkingStep | UndoingStep, tries: number): number {
  // A charge takes up to the patience of payment itself, and the time of a restart.
  if (step === 'charging') return 6_000;
  return Math.min(1_500 * 2 ** tries, 6_000);
}

/** The saga of a new order. */
export function begin(): Turn {
  return waitFor({ step: 'reserving', tries: 0 }, []);
}

/** The reply to the request the saga waits for; undefined where it means nothing in this step. */
export function onReply(saga: Saga, type: string, data: ReplyData): Turn | undefined {
  const { step } = saga;
  if (step === 'reserving') return onStock(saga, type, data);
  if (step === 'charging') return onCharge(saga, type, data);
  if (step === 'shipping') return onShipment(type, data);
  if (step === 'voiding' && type === 'payment.voided') return release(saga.failure, ['payment_voided']);
  if (step === 'refunding' && type === 'payment.refunded') return release(saga.failure, ['payment_refunded']);
  if (step === 'releasing' && type === 'stock.released')
    return end(saga.failure, [{ type: 'stock_released', data: {} }]);
  return undefined;
}

function onStock(saga: Extract<Saga, { step: WorkingStep }>, type: string, { reason }: ReplyData): Turn | undefined {
  if (type === 'stock.rejected') return end({ state: 'rejected', reason: reason ?? 'out of stock' }, []);
  if (type !== 'stock.reserved') return undefined;
  if (saga.cancelWanted) return release(BY_CUSTOMER, ['stock_reserved']);
  return waitFor({ step: 'charging', tries: 0 }, [{ type: 'stock_reserved', data: {} }]);
}

function onCharge(saga: Extract<Saga, { step: WorkingStep }>, type: string, data: ReplyData): Turn | undefined {
  if (type === 'payment.failed') return release(saga.cancelWanted ? BY_CUSTOMER : UNPAID, []);
  if (type !== 'payment.charged') return undefined;
  const charged: OrderFact = { type: 'payment_charged', data: { chargeId: data.chargeId ?? '' } };
  if (saga.cancelWanted) return waitFor({ step: 'refunding', tries: 0, failure: BY_CUSTOMER }, [charged]);
  return waitFor({ step: 'shipping', tries: 0 }, [charged]);
}

function onShipment(type: string, { tracking }: ReplyData): Turn | undefined {
  if (type === 'shipment.created') {
    return end({ state: 'completed' }, [{ type: 'shipment_created', data: { tracking: tracking ?? '' } }]);
  }
  if (type === 'shipment.refused') return waitFor({ step: 'refunding', tries: 0, failure: UNSHIPPED }, []);
  return undefined;
}

/** No reply came in time. */
export function onTimeout(saga: Saga): Turn | undefined {
  if (saga.step === 'ended') return undefined;
  if (saga.step === 'charging') {
    const failure = saga.cancelWanted ? BY_CUSTOMER : UNPAID;
    return waitFor({ step: 'voiding', tries: 0, failure }, [{ type: 'payment_given_up', data: {} }]);
  }
  return { saga: { ...saga, tries: saga.tries + 1 }, command: COMMANDS[saga.step], again: true, facts: [] };
}

/** The customer wants no parcel any more. Undefined: too late, the parcel may be on its way or the order has ended. */
export function onCancel(saga: Saga): Turn | undefined {
  if (saga.step !== 'reserving' && saga.step !== 'charging') return undefined;
  // What was asked for is under way and cannot be called back: its reply says what has to be undone.
  const facts: OrderFact[] = saga.cancelWanted ? [] : [{ type: 'cancel_wanted', data: {} }];
  return { saga: { ...saga, cancelWanted: true }, facts };
}

const UNPAID: Failure = { state: 'payment_failed', reason: 'the payment failed', cause: 'payment_failed' };
const UNSHIPPED: Failure = { state: 'cancelled', reason: 'the shipment was refused', cause: 'shipment_refused' };
const BY_CUSTOMER: Failure = { state: 'cancelled', reason: 'cancelled by the customer', cause: 'order_cancelled' };

function release(failure: Failure, types: readonly ('stock_reserved' | 'payment_voided' | 'payment_refunded')[]): Turn {
  return waitFor(
    { step: 'releasing', tries: 0, failure },
    types.map((type) => ({ type, data: {} })),
  );
}

function waitFor(saga: Exclude<Saga, { step: 'ended' }>, facts: readonly OrderFact[]): Turn {
  return { saga, command: COMMANDS[saga.step], facts };
}

function end({ state, reason }: Ending, before: readonly OrderFact[]): Turn {
  const why = reason === undefined ? {} : { reason };
  return { saga: { step: 'ended', ending: { state, ...why } }, facts: [...before, { type: state, data: why }] };
}
