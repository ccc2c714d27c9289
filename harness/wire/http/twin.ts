/** The same request a second time, on a connection of its own; its reply reaches nobody. */
import { LIMITS } from '../../core/index.ts';
import type { Dialogue } from './dialogue.ts';
import type { Exchange } from './exchange.ts';
import { readReply } from './head.ts';
import { createParser } from './parser.ts';

/** Keeps a piece of the request; one that grows too large is not sent twice. */
export function copyRequest(exchange: Exchange, piece: Buffer): void {
  exchange.copy?.push(piece);
  if (exchange.requestBytes > LIMITS.wireTwinBytes) exchange.copy = undefined;
}

/**
 * Sends it as soon as the first one is out: both are at the callee at about the same time. It is a hit when the
 * callee answers it.
 */
export function sendTwin(dialogue: Dialogue, exchange: Exchange): void {
  const { context } = dialogue;
  const { rule, copy = [] } = exchange;
  if (rule === undefined) return;
  exchange.acted = true;
  const closeOpen = context.opened(exchange);
  let final = false;
  const parser = createParser({
    head(raw) {
      const reply = readReply(raw, exchange.request.method);
      if (reply === undefined || reply.status < 200) return 0;
      final = true;
      context.rules.hit(rule, {
        case: exchange.case,
        detail: `${exchange.operation}: the second was answered ${reply.status}`,
      });
      return reply.body;
    },
    body: () => undefined,
    end() {
      if (final) line.close();
    },
    lost: () => undefined,
    opaque: () => undefined,
  });
  const line = context.dialCallee((bytes) => parser.feed(bytes, 0), closeOpen);
  for (const piece of copy) line.write(piece);
  exchange.copy = undefined;
}
