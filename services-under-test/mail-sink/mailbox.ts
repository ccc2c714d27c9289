/**
 * The customers' mailbox: every message that arrives is kept. Two with the same Message-ID are two, unless the second
 * says of itself that it may be a repetition (header `X-Possible-Duplicate`, as PossDup in FIX): then it is dropped.
 */
import PostalMime from 'postal-mime';
import type { Ledger } from '../kit/ledger.ts';

export interface Mailbox {
  /** Takes one message as it came over SMTP. */
  deliver(raw: Buffer): Promise<void>;
}

export function createMailbox(ledger: Ledger): Mailbox {
  const seen = new Set<string>();
  return {
    async deliver(raw) {
      const mail = await PostalMime.parse(raw);
      const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
      const messageId = mail.messageId ?? '';
      if (header('x-possible-duplicate') === 'yes' && seen.has(messageId)) return;
      seen.add(messageId);
      ledger.add({
        entity: header('x-order-id') ?? '',
        kind: 'message',
        key: header('x-order-state') ?? '',
        amount: 1,
      });
    },
  };
}
