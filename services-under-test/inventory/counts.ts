/** The inventory's fast side, where it is set (`GRPC_PORT`, `REDIS_URL`): hot counts that follow what is set aside, and the gRPC door. */
import type { GrpcServer } from '../kit/grpc-server.ts';
import type { Logger } from '../kit/log.ts';
import { openRedis } from '../kit/redis.ts';
import { optionalSetting } from '../kit/settings.ts';
import { createAvailability } from './availability.ts';
import { serveInventory } from './grpc.ts';
import type { StockStore } from './store.ts';

export interface Counts {
  serve(port: number): Promise<void>;
  close(): Promise<void>;
}

export function openCounts(store: StockStore, log: Logger): Counts {
  const url = optionalSetting('REDIS_URL');
  const redis = url === undefined ? undefined : openRedis({ url, edge: 'inventory->redis', log });
  const availability = createAvailability({ store, redis, log });
  store.follow((counts) => void availability.changed(counts));
  let server: GrpcServer | undefined;
  return {
    async serve(port) {
      server = await serveInventory(port, availability, log);
    },
    async close() {
      await Promise.all([server?.close(), redis?.close()]);
    },
  };
}
