/** The inventory's fast side, where it is set (`GRPC_PORT`, `REDIS_URL`): hot counts that follow what is set aside, and the gRPC door. */
import type { Event } from '../kit/event.ts';
import type { GrpcServer } from '../kit/grpc-server.ts';
import type { ConsumeOptions } from '../kit/kafka-consumer.ts';
import type { Logger } from '../kit/log.ts';
import { openRedis } from '../kit/redis.ts';
import { optionalSetting } from '../kit/settings.ts';
import { createAvailability } from './availability.ts';
import { serveInventory } from './grpc.ts';
import type { Piece } from './rules.ts';
import type { StockStore } from './store.ts';

type Reads = Pick<ConsumeOptions, 'topics' | 'readers' | 'handlers'>;

export interface Counts {
  /** The same handlers; each that changes counts tells of it afterwards. Nobody waits for that. */
  following(reads: Reads): Reads;
  serve(port: number): Promise<void>;
  close(): Promise<void>;
}

/** What is sold was counted when it was set aside. */
const CHANGES_NOTHING = new Set(['order.completed']);

export function openCounts(store: StockStore, log: Logger): Counts {
  const url = optionalSetting('REDIS_URL');
  const redis = url === undefined ? undefined : openRedis({ url, edge: 'inventory->redis', log });
  const availability = createAvailability({ store, redis, log });
  let server: GrpcServer | undefined;
  return {
    following: (reads) => ({
      ...reads,
      handlers: Object.fromEntries(
        Object.entries(reads.handlers).map(([type, handle]) => {
          if (CHANGES_NOTHING.has(type)) return [type, handle];
          const andTell = async (event: Event<{ readonly items?: readonly Piece[] }>) => {
            await handle(event as never);
            void availability.changed(
              event.orderId,
              event.data.items?.map(({ productId }) => productId),
            );
          };
          return [type, andTell];
        }),
      ),
    }),
    async serve(port) {
      server = await serveInventory(port, availability, log);
    },
    async close() {
      await Promise.all([server?.close(), redis?.close()]);
    },
  };
}
