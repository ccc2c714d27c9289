/** What inventory, payment and shipping need of the commands by which the order service conducts the saga. */
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { type ConsumerContract, consumerContract, type ExampleRecord } from '../../../harness/contracts/index.ts';
import { COMMAND_READERS as INVENTORY } from '../../../services-under-test/inventory/commands.ts';
import { type Readers, readEvent } from '../../../services-under-test/kit/reader.ts';
import { commandTopic } from '../../../services-under-test/kit/request-reply.ts';
import { COMMAND_READERS as PAYMENT } from '../../../services-under-test/payment/commands.ts';
import { COMMANDS, COMMAND_READERS as SHIPPING } from '../../../services-under-test/shipping/commands.ts';
import { expectedEvent, ORDER_ID } from './expected.ts';

const { eachLike, integer, string } = MatchersV3;

const REPLIES = 'order.replies';
const PLACED = 'an order was placed';
const inventory = consumerContract(import.meta.url, 'inventory', 'order');
const payment = consumerContract(import.meta.url, 'payment', 'order');
const shipping = consumerContract(import.meta.url, 'shipping', 'order');

const order = { total: integer(2500), paymentMethod: string('card'), shippingAddressId: string('address-1') };
const since = { placedAt: integer(1_700_000_000_000) };
const items = eachLike({ productId: string('product-1'), quantity: integer(2) });
const asked = { total: 2_500, paymentMethod: 'card', shippingAddressId: 'address-1', placedAt: 1_700_000_000_000 };

interface Command {
  readonly contract: ConsumerContract;
  readonly topic: string;
  readonly type: string;
  readonly given: string;
  readonly needs: object;
  readonly readers: Readers;
  /** What the consumer's own reader takes from the example. */
  readonly reads: object;
}

const COMMANDS_OF: readonly Command[] = [
  {
    ...{
      contract: inventory,
      topic: commandTopic('inventory'),
      type: 'stock.reserve',
      given: PLACED,
      readers: INVENTORY,
    },
    ...{ needs: { items, ...order, ...since }, reads: { items: [{ productId: 'product-1', quantity: 2 }], ...asked } },
  },
  {
    ...{ contract: inventory, topic: commandTopic('inventory'), type: 'stock.release', readers: INVENTORY },
    ...{
      given: 'the payment of an order failed',
      needs: { cause: 'payment_failed' },
      reads: { cause: 'payment_failed' },
    },
  },
  {
    ...{ contract: payment, topic: commandTopic('payment'), type: 'payment.charge', given: PLACED, readers: PAYMENT },
    ...{ needs: { ...order, ...since, userId: string('user-1') }, reads: { ...asked, userId: 'user-1' } },
  },
  {
    ...{ contract: payment, topic: commandTopic('payment'), type: 'payment.refund', readers: PAYMENT },
    ...{ given: 'an order was cancelled', needs: {}, reads: {} },
  },
  {
    ...{ contract: payment, topic: commandTopic('payment'), type: 'payment.void', readers: PAYMENT },
    ...{ given: 'the charge of an order was given up', needs: {}, reads: {} },
  },
  {
    ...{ contract: shipping, topic: COMMANDS, type: 'shipment.create', given: PLACED, readers: SHIPPING },
    needs: { amount: integer(2500), shippingAddressId: string('address-1') },
    reads: { amount: 2_500, shippingAddressId: 'address-1' },
  },
];

test.each(COMMANDS_OF.map((command) => [command.type, command] as const))(
  'the command %s says what to do, and where its reply is wanted',
  (type, { contract, topic, given, needs, readers, reads }) => {
    const expected = expectedEvent(topic, type, { ...needs, replyTo: REPLIES });
    return contract.message(type, given, expected, ({ headers, value }: ExampleRecord) => {
      const command = readEvent(headers.type ?? '', value, readers);
      expect(command).toMatchObject({ orderId: ORDER_ID, data: { ...reads, replyTo: REPLIES } });
    });
  },
);
