/** Events the notification service reads; it publishes none. */

export const READS = ['order.events'] as const;

/** `order.completed`, `order.rejected`, `order.payment_failed`, `order.cancelled` */
export interface OrderFinished {
  readonly userId: string;
  readonly email: string;
  readonly reason?: string;
}
