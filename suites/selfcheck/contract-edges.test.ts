/** Every call from one service to another has a contract of its protocol, every message that is read has one; an edge without has a reason. */
import { expect, test } from 'vitest';
import { type Agreed, coverOf } from '../../fixtures/contracts/edges.ts';
import shop from '../../fixtures/topologies/shop.ts';
import choreographed from '../../fixtures/topologies/shop-choreographed.ts';
import mesh from '../../fixtures/topologies/shop-mesh.ts';
import small from '../../fixtures/topologies/shop-small.ts';
import { READERS as analytics } from '../../services-under-test/analytics/events.ts';
import { TABLE } from '../../services-under-test/gateway/table.ts';
import { COMMAND_READERS as inventoryCommands } from '../../services-under-test/inventory/commands.ts';
import { READERS as inventory } from '../../services-under-test/inventory/events.ts';
import { CONTACT_READERS as contacts } from '../../services-under-test/notification/contacts.ts';
import { READERS as notification } from '../../services-under-test/notification/events.ts';
import { READERS as order } from '../../services-under-test/order/events.ts';
import { REPLY_READERS as replies } from '../../services-under-test/order/saga-commands.ts';
import { READERS as orderHistory } from '../../services-under-test/order-history/events.ts';
import { COMMAND_READERS as paymentCommands } from '../../services-under-test/payment/commands.ts';
import { READERS as payment } from '../../services-under-test/payment/events.ts';
import { COMMAND_READERS as shippingCommands } from '../../services-under-test/shipping/commands.ts';
import { READERS as shipping } from '../../services-under-test/shipping/events.ts';
import { projectFiles, sourceFiles } from './project-files.ts';

interface Pact {
  readonly consumer: { readonly name: string };
  readonly provider: { readonly name: string };
  readonly interactions: readonly {
    readonly type: string;
    readonly metadata?: { readonly kafka_headers_type?: string };
    readonly request?: { readonly method?: string; readonly path?: string };
  }[];
}

const KINDS: Readonly<Record<string, string>> = { 'Synchronous/HTTP': 'http', 'Synchronous/Messages': 'grpc' };

const pacts = projectFiles
  .filter(({ path }) => /^fixtures\/contracts\/[\w-]+\.json$/.test(path))
  .map(({ text }) => JSON.parse(text) as Pact);
const agreed: readonly Agreed[] = pacts.map(({ consumer, provider, interactions }) => ({
  consumer: consumer.name,
  provider: provider.name,
  kinds: interactions.map(({ type }) => KINDS[type] ?? 'message'),
}));

test.for([shop, choreographed, mesh, small])('every service-to-service edge of $name has its contract', (topology) => {
  const covers = coverOf(topology, agreed);

  const forgotten = covers.filter(({ contract, reason }) => contract === undefined && reason === undefined);
  expect(forgotten).toEqual([]);
  expect(covers.filter(({ contract }) => contract !== undefined).length).toBeGreaterThan(topology === small ? 4 : 20);
});

test('the edges of the shop without a contract are those, and each has a reason', () => {
  const byReason = Map.groupBy(
    coverOf(shop, agreed).filter(({ contract }) => contract === undefined),
    ({ reason = 'none' }) => reason,
  );
  const callers = (list: readonly { edge: string }[]) => list.map(({ edge }) => edge).join(', ');

  expect(Object.fromEntries([...byReason].map(([reason, list]) => [reason, callers(list)]))).toEqual({
    'the caller is the harness: what it may rely on are the API documents':
      'driver->gateway, driver->user, driver->catalog, driver->order-history',
    'a store has the protocol of its maker, and one user':
      'order->postgres, inventory->postgres, payment->postgres, shipping->postgres, notification->postgres, user->postgres, ' +
      'catalog->postgres, order-history->postgres, analytics->postgres, gateway->redis, inventory->redis, catalog->redis',
    'a broker passes on: contracts are between who writes a message and who reads it':
      'order->kafka, inventory->kafka, payment->kafka, shipping->kafka, notification->kafka, user->kafka, catalog->kafka, ' +
      'order-history->kafka, analytics->kafka',
    'SMTP is agreed on by everybody, and a pact has no form for it': 'notification->mail',
  });
});

test('an edge that somebody adds without a contract is found, and so is one of another protocol', () => {
  const added = { caller: 'shipping', callee: 'user', protocol: 'http' } as const;
  const other = { caller: 'shipping', callee: 'carrier', protocol: 'grpc' } as const;

  const covers = coverOf({ ...shop, edges: [...shop.edges, added, other] }, agreed);

  expect(covers.filter(({ contract, reason }) => contract === undefined && reason === undefined)).toEqual([
    { edge: 'shipping->user', protocol: 'http' },
    { edge: 'shipping->carrier', protocol: 'grpc' },
  ]);
});

test('every route of the door has a contract with who answers it', () => {
  const asked = (upstream: string) =>
    pacts
      .filter(({ consumer, provider }) => consumer.name === 'gateway' && provider.name === upstream)
      .flatMap(({ interactions }) => interactions.map(({ request }) => `${request?.method} ${request?.path}`));

  const without = TABLE.filter(({ method, target, upstream }) => {
    const pattern = new RegExp(`^${method} ${target.replaceAll(/:\w+/g, '[^/]+').replace('*', '.+')}$`);
    return !asked(upstream).some((one) => pattern.test(one));
  });
  expect(without.map(({ method, path, upstream }) => `${method} ${path} -> ${upstream}`)).toEqual([]);
});

type Readers = Readonly<Record<string, unknown>>;

/** What each service reads of what others write. The catalog reads its own events alone: nobody has to agree with it. */
const READ: Readonly<Record<string, readonly Readers[]>> = {
  analytics: [analytics],
  inventory: [inventory, inventoryCommands],
  notification: [notification, contacts],
  order: [order, replies],
  'order-history': [orderHistory],
  payment: [payment, paymentCommands],
  shipping: [shipping, shippingCommands],
};

test.for(Object.entries(READ))('every message that %s reads has a contract', ([consumer, readers]) => {
  const told = pacts
    .filter((pact) => pact.consumer.name === consumer)
    .flatMap(({ interactions }) => interactions.map(({ metadata }) => metadata?.kafka_headers_type));

  const types = readers.flatMap((one) => Object.keys(one));
  expect(types.length).toBeGreaterThan(0);
  expect(types.filter((type) => !told.includes(type))).toEqual([]);
});

test('no service reads messages without being named here', () => {
  const reading = sourceFiles
    .filter(({ path, text }) => path.startsWith('services-under-test/') && /export const \w*READERS\b/.test(text))
    .map(({ path }) => path.split('/')[1] ?? '');

  expect([...new Set(reading)].sort()).toEqual([...Object.keys(READ), 'catalog'].sort());
});
