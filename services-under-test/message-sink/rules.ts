/** The providers' rules: a message is delivered once per idempotency key, and the repetition is answered alike. */
import type { Ledger } from '../kit/ledger.ts';
import type { PlainAnswer } from '../kit/plain-server.ts';

export type Take = (
  channel: 'sms' | 'push',
  key: unknown,
  message: { readonly to?: unknown; readonly orderId?: unknown; readonly state?: unknown; readonly text?: unknown },
) => PlainAnswer;

export function createSink(ledger: Ledger): Take {
  const delivered = new Set<string>();
  return (channel, key, { to, orderId, state, text }) => {
    if (typeof key !== 'string' || ![to, orderId, state, text].every((one) => typeof one === 'string' && one !== '')) {
      const detail = 'an Idempotency-Key header, to, orderId, state and text are needed';
      return { status: 400, body: { title: 'Incomplete', status: 400, detail } };
    }
    if (!delivered.has(`${channel} ${key}`)) {
      delivered.add(`${channel} ${key}`);
      const about = { entity: String(orderId), key: String(state), amount: 1 };
      ledger.add({ ...about, kind: 'message' });
      ledger.add({ ...about, kind: `told_by_${channel}` });
    }
    return { status: 202, body: { status: 'accepted' } };
  };
}
