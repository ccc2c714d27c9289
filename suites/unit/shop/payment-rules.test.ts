/** Rules of a payment, and charging with its breaker: what an answer means, when an order is given up, when a void is due. */
import { afterEach, expect, test } from 'vitest';
import { createBreaker } from '../../../services-under-test/kit/breaker.ts';
import { createHttpClient, type HttpClient } from '../../../services-under-test/kit/http-client.ts';
import { nowMs } from '../../../services-under-test/kit/time.ts';
import { charge } from '../../../services-under-test/payment/charge.ts';
import { createPspClient, type PspClient } from '../../../services-under-test/payment/psp-client.ts';
import { outcomeOf, waitedTooLong } from '../../../services-under-test/payment/rules.ts';
import { type Answer, quietLog, startUpstream, type Upstream } from './upstream.ts';

const open: (Upstream | HttpClient)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function psp(...answers: Answer[]): Promise<{ client: PspClient; upstream: Upstream }> {
  const upstream = await startUpstream(answers);
  const http = createHttpClient(upstream.url);
  open.push(upstream, http);
  const breaker = createBreaker({ edge: 'payment->psp', threshold: 3, openMs: 60, timeoutMs: 80, log: quietLog });
  return { client: createPspClient(http, breaker, quietLog), upstream };
}

function reserved(waitedMs = 0) {
  const data = { total: 500, paymentMethod: 'card', shippingAddressId: 'address-1', placedAt: nowMs() - waitedMs };
  return { eventId: 'e-1', type: 'stock.reserved', orderId: 'o-1', at: nowMs(), data };
}

const charged = { status: 201, body: { chargeId: 'c-1', status: 'charged', amount: 500 } };

test('201 is a charge, 402 and every other 4xx are a definite no', () => {
  expect(outcomeOf(201, { chargeId: 'c-1' })).toEqual({ is: 'charged', chargeId: 'c-1' });
  expect(outcomeOf(402, { status: 'declined' })).toEqual({ is: 'failed', reason: 'declined' });
  expect(outcomeOf(409, {}).is).toBe('failed');
});

test('an order waits three seconds for its charge, not longer', () => {
  expect(waitedTooLong(10_000, 12_999)).toBe(false);
  expect(waitedTooLong(10_000, 13_000)).toBe(true);
});

test('a charge that fails on the way is asked for again under the same key', async () => {
  const { client, upstream } = await psp('reset', { status: 503, body: {} }, charged);
  expect(await charge(client, reserved(), false, { charges: 0 })).toEqual({ is: 'charged', chargeId: 'c-1' });
  expect(upstream.requests.map(({ key }) => key)).toEqual(['o-1', 'o-1', 'o-1']);
});

test('an answer that decides nothing, or cannot be read, is asked for again under the same key', async () => {
  const { client, upstream } = await psp({ status: 429, body: {} }, { status: 201, body: 'damaged' }, charged);
  expect(await charge(client, reserved(), false, { charges: 0 })).toEqual({ is: 'charged', chargeId: 'c-1' });
  expect(upstream.requests.map(({ key }) => key)).toEqual(['o-1', 'o-1', 'o-1']);
});

test('a declined charge is not asked for again and is no failure of the provider', async () => {
  const declined = { status: 402, body: { status: 'declined' } };
  const { client, upstream } = await psp(declined, declined, declined, declined);
  for (let i = 0; i < 4; i++) expect((await charge(client, reserved(), false, { charges: 0 })).is).toBe('failed');
  expect(upstream.requests).toHaveLength(4);
  expect(client.breaker.state()).toBe('closed');
});

test('while the breaker is open nothing is asked; then one probe goes and closes it', async () => {
  const { client, upstream } = await psp('silent', 'silent', 'silent', charged);
  const outcome = await charge(client, reserved(), false, { charges: 0 });
  expect(outcome).toEqual({ is: 'charged', chargeId: 'c-1' });
  expect(client.breaker.state()).toBe('closed');
  const [third, probe] = [upstream.requests[2], upstream.requests[3]];
  expect((probe?.at ?? 0) - (third?.at ?? 0)).toBeGreaterThanOrEqual(80 + 60 - 5);
});

test('an order that waited too long is given up without asking, and nothing is unclear', async () => {
  const { client, upstream } = await psp(charged);
  expect(await charge(client, reserved(3_000), false, { charges: 0 })).toMatchObject({
    is: 'given-up',
    unclear: false,
  });
  expect(upstream.requests).toHaveLength(0);
});

test('an order whose attempts never got an answer is given up as unclear, so that a void is left', async () => {
  const { client } = await psp('silent', 'silent', 'silent', 'silent', 'silent', 'silent');
  expect(await charge(client, reserved(2_850), false, { charges: 0 })).toMatchObject({ is: 'given-up', unclear: true });
});

test('an attempt that nobody listened to leaves nothing unclear', async () => {
  const { client, upstream } = await psp();
  await upstream.close();
  expect(await charge(client, reserved(2_900), false, { charges: 0 })).toMatchObject({
    is: 'given-up',
    unclear: false,
  });
});

test('what an earlier life may have asked is asked once more even when the time is up', async () => {
  const { client } = await psp(charged);
  expect((await charge(client, reserved(9_000), true, { charges: 0 })).is).toBe('charged');
  const away = await psp('reset');
  expect(await charge(away.client, reserved(9_000), true, { charges: 0 })).toMatchObject({
    is: 'given-up',
    unclear: true,
  });
});
