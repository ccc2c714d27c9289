/** What order and gateway need of the gRPC interfaces of inventory and catalog. */
import { fileURLToPath } from 'node:url';
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { createStockByGrpc } from '../../../services-under-test/gateway/stock-by-grpc.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { createPriceList } from '../../../services-under-test/order/price-list.ts';
import { createStockCheck } from '../../../services-under-test/order/stock-check.ts';

const { eachLike, equal, integer, string } = MatchersV3;

const protos = fileURLToPath(new URL('../../../fixtures/protos', import.meta.url));
const CHECK = { protos, method: 'shop.inventory.v1.Inventory/CheckAvailability' };
const PRICES = { protos, method: 'shop.catalog.v1.Catalog/GetProducts' };
const orderToInventory = consumerContract(import.meta.url, 'order', 'inventory');
const orderToCatalog = consumerContract(import.meta.url, 'order', 'catalog');
const gatewayToInventory = consumerContract(import.meta.url, 'gateway', 'inventory');
const log = createLog('order');

const ON_THE_SHELVES = 'a product is on the shelves';
const wish = (productId: string, quantity: number) => [{ productId, quantity, price: 1_999 }];
const linesOf = (productId: string, quantity: number) => ({ lines: [{ productId, quantity }] });

/** What order's look at the stock says, asked at `address`. */
async function lookAtStock(address: string, productId: string, quantity: number) {
  const check = createStockCheck(address, log);
  try {
    return await check.ask(wish(productId, quantity));
  } finally {
    check.close();
  }
}

test('there is enough of what an order wants', () =>
  orderToInventory.grpc(
    'is there enough',
    ON_THE_SHELVES,
    { ...CHECK, request: linesOf('product-2', 2), answer: { message: { available: true } } },
    async (address) => expect(await lookAtStock(address, 'product-2', 2)).toBe('enough'),
  ));

test('there is not enough of what an order wants', () =>
  orderToInventory.grpc(
    'is there more than there is',
    ON_THE_SHELVES,
    { ...CHECK, request: linesOf('product-2', 2_000_000_000), answer: { message: { available: false } } },
    async (address) => expect(await lookAtStock(address, 'product-2', 2_000_000_000)).toBe('short'),
  ));

test('an order of what is not sold here is the fault of the customer', () =>
  orderToInventory.grpc(
    'is there enough of what is not sold',
    undefined,
    { ...CHECK, request: linesOf('product-nowhere', 1), answer: { status: 'NOT_FOUND' } },
    async (address) =>
      expect(lookAtStock(address, 'product-nowhere', 1)).rejects.toMatchObject({ status: 400, field: 'items' }),
  ));

/** What products cost as order hears of it at `address`. */
async function askPrices(address: string, productIds: readonly string[]) {
  const list = createPriceList(address, log);
  try {
    const { prices, complete } = await list.of(productIds);
    return { complete, prices: [...prices.values()].map(({ productId, price }) => [productId, price]) };
  } finally {
    list.close();
  }
}

test('what a product costs, in cents', () =>
  orderToCatalog.grpc(
    'what does it cost',
    'there are products',
    {
      ...PRICES,
      request: { productIds: ['product-1'] },
      answer: {
        message: {
          products: eachLike({ productId: equal('product-1'), name: string('Kettle'), price: integer(1_999) }),
        },
      },
    },
    async (address) =>
      expect(await askPrices(address, ['product-1'])).toEqual({ complete: true, prices: [['product-1', 1_999]] }),
  ));

test('what is not sold has no price, and that is an answer', () =>
  orderToCatalog.grpc(
    'what does it cost that is not sold',
    undefined,
    { ...PRICES, request: { productIds: ['product-nowhere'] }, answer: { status: 'NOT_FOUND' } },
    async (address) => expect(await askPrices(address, ['product-nowhere'])).toEqual({ complete: true, prices: [] }),
  ));

/** What the gateway answers to `GET /stock/:productId`, asked at `address`. */
async function askStock(address: string, productId: string) {
  const upstream = createStockByGrpc(address, log);
  try {
    const { status, body } = await upstream.ask({ method: 'GET', path: `/stock/${productId}` });
    return { status, body };
  } finally {
    await upstream.close();
  }
}

test('the stock of a product, translated to REST', () =>
  gatewayToInventory.grpc(
    'look at the stock of a product',
    ON_THE_SHELVES,
    {
      ...CHECK,
      request: linesOf('product-2', 1),
      answer: { message: { levels: eachLike({ productId: equal('product-2'), available: integer(7) }) } },
    },
    async (address) =>
      expect(await askStock(address, 'product-2')).toEqual({
        status: 200,
        body: { productId: 'product-2', available: 7 },
      }),
  ));

test('the stock of what is not sold is a 404', () =>
  gatewayToInventory.grpc(
    'look at the stock of what is not sold',
    undefined,
    { ...CHECK, request: linesOf('product-nowhere', 1), answer: { status: 'NOT_FOUND' } },
    async (address) => expect((await askStock(address, 'product-nowhere')).status).toBe(404),
  ));
