/** Learns ids from JSON replies of exchanges that name their trace, where the topology declares it (`reply.orderId`). */
import type { Links } from '../links.ts';
import type { Exchange } from './exchange.ts';

export interface ReplyLearner {
  body(bytes: Buffer): void;
  end(): void;
}

/** A member stands early; more of a reply is not looked at. */
const MOST_BODY = 16 * 1024;

/** Undefined where nothing is to be learnt. Ids are learnt from the request's key at once. */
export function learnFrom(links: Links | undefined, exchange: Exchange): ReplyLearner | undefined {
  const caseId = exchange.case;
  if (links === undefined || caseId === undefined) return undefined;
  const places = links.places(exchange.operation);
  if (places.includes('key') && exchange.key !== undefined) links.learn(exchange.key, caseId);
  const members = places.filter((place) => place.startsWith('reply.')).map((place) => place.slice('reply.'.length));
  if (members.length === 0) return undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    body(bytes) {
      if (size >= MOST_BODY) return;
      pieces.push(bytes);
      size += bytes.length;
    },
    end() {
      const text = Buffer.concat(pieces).toString('utf8', 0, MOST_BODY);
      for (const member of members) {
        const id = new RegExp(`"${member}"\\s*:\\s*"([^"\\\\]{1,200})"`).exec(text)?.[1];
        if (id !== undefined) links.learn(id, caseId);
      }
    },
  };
}
