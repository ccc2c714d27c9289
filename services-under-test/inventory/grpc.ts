/** The inventory's gRPC interface (`fixtures/protos/inventory.proto`): is there enough, and how much is there now and from now on. */
import { type GrpcServer, serveGrpc } from '../kit/grpc-server.ts';
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import type { Availability } from './availability.ts';
import { needOf, type Piece } from './rules.ts';

const MOST_LINES = 50;

export function serveInventory(port: number, availability: Availability, log: Logger): Promise<GrpcServer> {
  return serveGrpc(port, {
    proto: 'inventory.proto',
    service: 'shop.inventory.v1.Inventory',
    log,
    unary: {
      async CheckAvailability({ lines }: { readonly lines: readonly Piece[] }) {
        const need = needOf(checked(lines));
        const known = await levelsOf(
          availability,
          need.map(({ productId }) => productId),
        );
        const levels = need.map(({ productId }) => ({ productId, available: known.get(productId) ?? 0 }));
        return { available: need.every(({ productId, quantity }) => (known.get(productId) ?? 0) >= quantity), levels };
      },
    },
    streams: {
      async WatchStock({ productId }: { readonly productId: string }, send, gone) {
        await levelsOf(availability, [productId]);
        await availability.watch(productId, (available) => send({ productId, available }), gone);
      },
    },
  });
}

function checked(lines: readonly Piece[]): readonly Piece[] {
  if (lines.length === 0 || lines.length > MOST_LINES) {
    throw new ProblemError(400, 'Invalid lines', { detail: `lines must be 1 to ${MOST_LINES}`, field: 'lines' });
  }
  const wrong = lines.findIndex(({ productId, quantity }) => productId === '' || quantity < 1);
  if (wrong < 0) return lines;
  const detail = `lines[${wrong}] must have a product_id and a quantity of 1 or more`;
  throw new ProblemError(400, 'Invalid lines', { detail, field: `lines[${wrong}]` });
}

async function levelsOf(availability: Availability, productIds: readonly string[]) {
  const levels = await availability.levels(productIds).catch((cause: unknown) => {
    throw new ProblemError(503, 'Inventory unavailable', { detail: 'the stock could not be read', cause });
  });
  const unknown = productIds.find((id) => !levels.has(id));
  if (unknown === undefined) return levels;
  throw new ProblemError(404, 'Product not found', { detail: `there is no product ${unknown}` });
}
