/** The routes of every service on a server of its own, with nothing behind them: what is refused before anything is asked can be seen so. */
import type { FastifyInstance } from 'fastify';
import * as analytics from '../../../services-under-test/analytics/routes.ts';
import * as bffMobile from '../../../services-under-test/bff-mobile/routes.ts';
import * as bffWeb from '../../../services-under-test/bff-web/routes.ts';
import * as catalog from '../../../services-under-test/catalog/routes.ts';
import * as inventory from '../../../services-under-test/inventory/routes.ts';
import { createServer } from '../../../services-under-test/kit/http-server.ts';
import * as meshAuthority from '../../../services-under-test/mesh-ca/routes.ts';
import { createPreferred } from '../../../services-under-test/notification/preferred.ts';
import { addCartRoutes } from '../../../services-under-test/order/cart-routes.ts';
import * as order from '../../../services-under-test/order/routes.ts';
import * as orderHistory from '../../../services-under-test/order-history/routes.ts';
import * as payment from '../../../services-under-test/payment/routes.ts';
import { addWalletRoutes } from '../../../services-under-test/payment/wallet-routes.ts';
import * as registry from '../../../services-under-test/registry/routes.ts';
import * as shipping from '../../../services-under-test/shipping/routes.ts';
import { addTrackingRoute } from '../../../services-under-test/shipping/tracking.ts';
import * as user from '../../../services-under-test/user/routes.ts';
import { addTokenRoutes } from '../../../services-under-test/user/token-routes.ts';
import { quietLog } from './upstream.ts';

/** Nothing is asked of what stands behind the routes here. */
const none = { log: quietLog } as never;

export const REGISTERED: Readonly<Record<string, (server: FastifyInstance) => void>> = {
  analytics: (server) => analytics.addRoutes(server, none, none),
  'bff-mobile': (server) => bffMobile.addRoutes(server, none),
  'bff-web': (server) => bffWeb.addRoutes(server, none),
  catalog: (server) => catalog.addRoutes(server, none),
  inventory: (server) => inventory.addRoutes(server, none),
  'mesh-ca': (server) => meshAuthority.addRoutes(server, none),
  notification(server) {
    const preferred = createPreferred('http://127.0.0.1:9', none);
    preferred.addRoutes(server);
    server.addHook('onClose', preferred.close);
  },
  order(server) {
    const placing = { place: async () => Promise.reject(new Error('nothing is placed here')) };
    order.addRoutes(server, { ...(none as object), placing, rebuilder: {} } as never);
    addCartRoutes(server, none);
  },
  'order-history': (server) => orderHistory.addRoutes(server, none),
  payment(server) {
    payment.addRoutes(server, none);
    addWalletRoutes(server, none, none);
  },
  registry: (server) => registry.addRoutes(server, none),
  shipping(server) {
    shipping.addRoutes(server, none);
    addTrackingRoute(server, none);
  },
  user(server) {
    user.addRoutes(server, none);
    addTokenRoutes(server, none);
  },
};

/** A server with the routes of `service`; `onRoute` hears of each. */
export function serverOf(service: string, onRoute?: (method: string, url: string) => void): FastifyInstance {
  const server = createServer({ log: quietLog, ready: {} });
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) onRoute?.(one, url);
  });
  REGISTERED[service]?.(server);
  return server;
}
