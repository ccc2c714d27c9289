/** The orchestrated saga as a state machine: what is commanded next, and what is undone, in which order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  begin,
  onCancel,
  onReply,
  onTimeout,
  patienceMs,
  type Saga,
  type Turn,
} from '../../../services-under-test/order/saga.ts';

type Input =
  | readonly [type: string, data?: { reason?: string; chargeId?: string; tracking?: string }]
  | 'time-out'
  | 'cancel';

/** Plays inputs from the beginning; inputs that mean nothing are passed over. Commands in the order they go out, repeats included. */
function play(...inputs: readonly Input[]): {
  readonly saga: Saga;
  readonly commands: string[];
  readonly facts: string[];
} {
  let turn: Turn = begin();
  const commands = [turn.command ?? ''];
  const facts: string[] = [];
  for (const input of inputs) {
    const next = turnOf(turn.saga, input);
    if (next === undefined) continue;
    turn = next;
    if (next.command !== undefined) commands.push(next.command);
    facts.push(...next.facts.map(({ type }) => type));
  }
  return { saga: turn.saga, commands, facts };
}

function turnOf(saga: Saga, input: Input): Turn | undefined {
  if (input === 'time-out') return onTimeout(saga);
  if (input === 'cancel') return onCancel(saga);
  return onReply(saga, input[0], input[1] ?? {});
}

const RESERVED = ['stock.reserved'] as const;
const CHARGED = ['payment.charged', { chargeId: 'c-1' }] as const;
const SHIPPED = ['shipment.created', { tracking: 'T-1' }] as const;
const REFUSED = ['shipment.refused', { reason: 'not served' }] as const;
const REFUNDED = ['payment.refunded'] as const;
const RELEASED = ['stock.released'] as const;

test('an order that nothing goes wrong with is reserved, charged, shipped and completed', () => {
  const { saga, commands, facts } = play(RESERVED, CHARGED, SHIPPED);
  expect(commands).toEqual(['stock.reserve', 'payment.charge', 'shipment.create']);
  expect(facts).toEqual(['stock_reserved', 'payment_charged', 'shipment_created', 'completed']);
  expect(saga).toEqual({ step: 'ended', ending: { state: 'completed' } });
});

test('what is out of stock is rejected, and nothing is undone', () => {
  const { saga, commands } = play(['stock.rejected', { reason: 'out of stock' }]);
  expect(commands).toEqual(['stock.reserve']);
  expect(saga).toEqual({ step: 'ended', ending: { state: 'rejected', reason: 'out of stock' } });
});

test('a payment that failed gives the stock back before the order ends', () => {
  const undoing = play(RESERVED, ['payment.failed', { reason: 'declined' }]);
  expect(undoing.saga).toMatchObject({ step: 'releasing' });
  const { saga, commands } = play(RESERVED, ['payment.failed', { reason: 'declined' }], RELEASED);
  expect(commands).toEqual(['stock.reserve', 'payment.charge', 'stock.release']);
  expect(saga).toMatchObject({ step: 'ended', ending: { state: 'payment_failed' } });
});

test('a refused shipment is undone in reverse: refund, then release', () => {
  const { saga, commands } = play(RESERVED, CHARGED, REFUSED, REFUNDED, RELEASED);
  expect(commands.slice(3)).toEqual(['payment.refund', 'stock.release']);
  expect(saga).toEqual({ step: 'ended', ending: { state: 'cancelled', reason: 'the shipment was refused' } });
});

test('a charge without a reply in time is voided, whatever became of it, and its late reply means nothing', () => {
  const { saga, commands, facts } = play(RESERVED, 'time-out', CHARGED, ['payment.voided'], CHARGED, RELEASED);
  expect(commands).toEqual(['stock.reserve', 'payment.charge', 'payment.void', 'stock.release']);
  expect(facts).not.toContain('payment_charged');
  expect(saga).toMatchObject({ step: 'ended', ending: { state: 'payment_failed' } });
});

test.for([
  ['stock', [], 'stock.reserve'],
  ['a parcel', [RESERVED, CHARGED], 'shipment.create'],
  ['a refund', [RESERVED, CHARGED, REFUSED], 'payment.refund'],
  ['a void', [RESERVED, 'time-out'], 'payment.void'],
  ['a release', [RESERVED, ['payment.failed', {}]], 'stock.release'],
] as const)('%s is asked for under the same request until there is a reply', ([, before, command]) => {
  let { saga } = play(...before);
  for (let tries = 1; tries <= 5; tries++) {
    const turn = onTimeout(saga);
    expect(turn).toMatchObject({ command, again: true, facts: [], saga: { step: saga.step, tries } });
    saga = turn?.saga ?? saga;
  }
});

test.for([
  ['before the stock is reserved', ['cancel', RESERVED, RELEASED], ['stock.release']],
  [
    'while the charge is under way',
    [RESERVED, 'cancel', CHARGED, REFUNDED, RELEASED],
    ['payment.charge', 'payment.refund', 'stock.release'],
  ],
  [
    'while a charge is under way that fails',
    [RESERVED, 'cancel', ['payment.failed', {}], RELEASED],
    ['payment.charge', 'stock.release'],
  ],
  [
    'while a charge is under way that nobody hears of',
    [RESERVED, 'cancel', 'time-out', ['payment.voided'], RELEASED],
    ['payment.charge', 'payment.void', 'stock.release'],
  ],
] as const)('an order that is cancelled %s ends cancelled, with what was done undone', ([, inputs, commands]) => {
  const played = play(...inputs);
  expect(played.commands.slice(1)).toEqual(commands);
  expect(played.saga).toMatchObject({
    step: 'ended',
    ending: { state: 'cancelled', reason: 'cancelled by the customer' },
  });
  expect(played.facts.filter((fact) => fact === 'cancel_wanted')).toHaveLength(1);
});

test('once the parcel is asked for, and once the order has ended, it cannot be cancelled', () => {
  expect(onCancel(play(RESERVED, CHARGED).saga)).toBeUndefined();
  expect(onCancel(play(RESERVED, CHARGED, SHIPPED).saga)).toBeUndefined();
  expect(onCancel(play(RESERVED, 'time-out').saga)).toBeUndefined();
});

test('whatever comes in whatever order: an end is for good, the last fact is the end, and nothing is sold without its charge', () => {
  const reply = fc.constantFrom<Input>(
    RESERVED,
    CHARGED,
    SHIPPED,
    REFUSED,
    REFUNDED,
    RELEASED,
    ['stock.rejected'],
    ['payment.failed'],
    ['payment.voided'],
    'time-out',
    'cancel',
  );
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 30 }), (inputs) => {
      const { saga, commands, facts } = play(...inputs);
      const ends = facts.filter((fact) => ['completed', 'rejected', 'payment_failed', 'cancelled'].includes(fact));
      expect(ends).toHaveLength(saga.step === 'ended' ? 1 : 0);
      if (saga.step !== 'ended') return;
      expect(facts.at(-1)).toBe(saga.ending.state);
      if (saga.ending.state === 'completed') expect(facts).toContain('payment_charged');
      const undone = facts.includes('payment_refunded') || facts.includes('payment_voided');
      if (facts.includes('payment_charged')) expect(undone).toBe(saga.ending.state !== 'completed');
      if (facts.includes('stock_reserved'))
        expect(facts.includes('stock_released')).toBe(saga.ending.state !== 'completed');
      if (undone)
        expect(commands.indexOf('stock.release')).toBeGreaterThan(
          commands.findIndex((one) => one === 'payment.refund' || one === 'payment.void'),
        );
    }),
  );
});

test('patience grows with every try, up to a bound', () => {
  expect([0, 1, 2, 3, 9].map((tries) => patienceMs('releasing', tries))).toEqual([1_500, 3_000, 6_000, 6_000, 6_000]);
  expect(patienceMs('charging', 0)).toBe(6_000);
});
