/** What the providers of short messages and push notices offer: each message once per key, and books. */
import { type Interface, KEY, ledgerRow, listOf, moment, some } from '../kit/interface.ts';
import { object, oneOf, text } from '../kit/shape.ts';

const takes = object({ to: text(), text: some, orderId: text(), state: text() });
const gives = { 202: object({ status: oneOf('accepted') }) };

export default {
  http: {
    'POST /sms': { says: 'Takes a short message.', headers: [KEY], takes, gives, refuses: [400] },
    'POST /push': { says: 'Takes a push notice.', headers: [KEY], takes, gives, refuses: [400] },
    'GET /ledger': { says: 'Their books.', query: { since: moment }, gives: { 200: listOf(ledgerRow) } },
  },
} satisfies Interface;
