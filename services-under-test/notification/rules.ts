/** Rules of telling the customer: which mail is written for which end of an order. */

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for every repetition of this mail, so that a mailbox can tell. */
  readonly messageId: string;
}

const SENTENCES: Readonly<Record<string, string>> = {
  completed: 'Your order is on its way.',
  rejected: 'We are sorry: your order could not be accepted.',
  payment_failed: 'We are sorry: your payment failed, and nothing was charged for good.',
  cancelled: 'We are sorry: your order was cancelled, and your money is on its way back.',
};

/** `order.completed` is about the state `completed`. */
export function stateOf(type: string): string {
  return type.slice('order.'.length);
}

/** The mail that tells of an order's end. */
export function mailOf(orderId: string, state: string, email: string, reason?: string): Mail {
  const because = reason === undefined ? '' : ` (${reason})`;
  return {
    to: email,
    subject: `Your order ${orderId.slice(0, 8)}`,
    text: `${SENTENCES[state] ?? `Your order is now ${state}.`}${because}\n\nOrder ${orderId}\n`,
    messageId: `<${orderId}.${state}@shop.example>`,
  };
}

/** How a customer wants to hear of orders. */
export interface Contact {
  readonly phone: string | null;
  readonly sms: boolean;
  readonly push: boolean;
}

export type Channel = 'email' | 'sms' | 'push';

/** The one channel over which a customer hears of an order: push before short message before mail, which everybody has. */
export function channelOf(contact: Contact | undefined): Channel {
  if (contact?.push) return 'push';
  return contact?.sms && contact.phone ? 'sms' : 'email';
}
