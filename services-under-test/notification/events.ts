/** Events the notification service reads; it publishes none. */
import type { Fields, Readers } from '../kit/reader.ts';

export const READS = ['order.events'] as const;

/** `order.completed`, `order.rejected`, `order.payment_failed`, `order.cancelled` */
export interface OrderFinished {
  readonly email: string;
  readonly userId?: string;
  readonly reason?: string;
}

const orderFinished = (data: Fields): OrderFinished => ({
  email: data.text('email'),
  userId: data.optionalText('userId'),
  reason: data.optionalText('reason'),
});

/** What notification takes from the events it reads. */
export const READERS = {
  'order.completed': orderFinished,
  'order.rejected': orderFinished,
  'order.payment_failed': orderFinished,
  'order.cancelled': orderFinished,
} satisfies Readers;
