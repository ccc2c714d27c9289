/** Providers of short messages and push notices: outside world. Each message once per idempotency key, and books to look into. */
import { createLedger, showBooks } from '../kit/ledger.ts';
import { type PlainRequest, servePlainly } from '../kit/plain-server.ts';
import { numberSetting } from '../kit/settings.ts';
import { createSink } from './rules.ts';

const ledger = createLedger();
const take = createSink(ledger);
const over =
  (channel: 'sms' | 'push') =>
  ({ headers, body }: PlainRequest) =>
    take(channel, headers['idempotency-key'], body);

servePlainly(numberSetting('PORT'), {
  'POST /sms': over('sms'),
  'POST /push': over('push'),
  'GET /ledger': showBooks(ledger),
});
