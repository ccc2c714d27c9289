/** What is done to a reply's body while it passes: cut, corrupted, trickled, kept to be given again. */
import { LIMITS, type WireAction, type WireRule } from '../../core/index.ts';
import type { Dialogue } from './dialogue.ts';
import type { Exchange } from './exchange.ts';
import type { ReplyHead } from './head.ts';
import { CHUNKED } from './parser.ts';

/** It passes the body on itself, and ends the exchange. */
export interface Edit {
  readonly passesHead: boolean;
  body(piece: Buffer): void;
  end(): void;
}

type Action<Do extends WireAction['do']> = Extract<WireAction, { readonly do: Do }>;

/** A reply on its way. */
interface Passing {
  readonly dialogue: Dialogue;
  readonly exchange: Exchange;
  readonly reply: ReplyHead;
  readonly raw: Buffer;
  readonly rule: WireRule;
}

/** Undefined when the rule does not edit but replaces or loses the whole reply. */
export function editOf(passing: Passing): Edit | undefined {
  const { action } = passing.rule;
  if (action.do === 'cut') return cutting(passing, action);
  if (action.do === 'corrupt') return corrupting(passing, action);
  if (action.do === 'trickle') return trickling(passing, action);
  if (action.do === 'stale') return repeating(passing);
  return undefined;
}

function pass({ dialogue, exchange }: Passing, piece: Buffer): void {
  exchange.responseBytes += piece.length;
  dialogue.toCaller(piece);
}

function answered({ dialogue, exchange, reply }: Passing): void {
  dialogue.finish(exchange, 'answered', reply.status);
}

function cutting(passing: Passing, { afterBytes }: Action<'cut'>): Edit {
  const { dialogue, exchange } = passing;
  let passed = 0;
  return {
    passesHead: true,
    body(piece) {
      const room = afterBytes - passed;
      passed += piece.length;
      if (dialogue.over) return;
      if (piece.length <= room) {
        pass(passing, piece);
        return;
      }
      pass(passing, piece.subarray(0, Math.max(0, room)));
      dialogue.act(exchange, `${exchange.operation}: cut after ${afterBytes} bytes of the body`);
      dialogue.reset();
    },
    end: () => answered(passing),
  };
}

function corrupting(passing: Passing, { offset, bytes }: Action<'corrupt'>): Edit {
  const { dialogue, exchange, reply } = passing;
  let at = 0;
  let from = offset;
  return {
    passesHead: true,
    body(piece) {
      // The first line of a chunked body is the size of its first chunk: what is corrupted is what it holds.
      if (at === 0 && reply.body === CHUNKED) from += piece.indexOf('\n') + 1;
      const [first, last] = [Math.max(0, from - at), Math.min(piece.length, from + bytes - at)];
      for (let index = first; index < last; index++) piece[index] = (piece[index] as number) ^ 0xff;
      if (last > first && !exchange.acted)
        dialogue.act(exchange, `${exchange.operation}: bytes from ${offset} on corrupted`);
      at += piece.length;
      pass(passing, piece);
    },
    end: () => answered(passing),
  };
}

/** Gathers the body, then lets it out in small pieces; nothing else is read from the callee meanwhile. */
function trickling(passing: Passing, { bytes, everyMs }: Action<'trickle'>): Edit {
  const { dialogue, exchange, rule } = passing;
  const { context } = dialogue;
  const gathered: Buffer[] = [];
  let size = 0;
  const trickle = async () => {
    const body = Buffer.concat(gathered);
    for (let at = 0; at < body.length; ) {
      const how = await context.wait(rule, everyMs);
      if (how === 'cut' || dialogue.over) return;
      const piece = how === 'healed' ? body.subarray(at) : body.subarray(at, at + bytes);
      at += piece.length;
      pass(passing, piece);
    }
    context.throttle('callee', false);
    answered(passing);
  };
  return {
    passesHead: true,
    body(piece) {
      size += piece.length;
      if (size > LIMITS.wireStashBytes) {
        for (const kept of gathered.splice(0)) pass(passing, kept);
        pass(passing, piece);
      } else gathered.push(piece);
    },
    end() {
      // Too large to be kept, or with others behind it: passed as it is, and no hit.
      if (size > LIMITS.wireStashBytes || dialogue.queue.length > 1) {
        for (const kept of gathered) pass(passing, kept);
        answered(passing);
        return;
      }
      dialogue.act(exchange, `${exchange.operation}: ${size} bytes, ${bytes} every ${everyMs} ms`);
      context.throttle('callee', true);
      trickle().catch(() => dialogue.reset());
    },
  };
}

interface Kept {
  readonly bytes: Buffer;
  readonly status: number;
}

/** By rule, then by operation: the first reply that came while the rule was armed. */
const FIRST_REPLIES = new WeakMap<WireRule, Map<string, Kept>>();

function repeating(passing: Passing): Edit {
  const { dialogue, exchange, reply, raw, rule } = passing;
  const kept = FIRST_REPLIES.get(rule) ?? new Map<string, Kept>();
  FIRST_REPLIES.set(rule, kept);
  const older = kept.get(exchange.operation);
  if (older !== undefined) {
    return {
      passesHead: false,
      body: () => undefined,
      end() {
        dialogue.act(
          exchange,
          `${exchange.operation}: an older reply ${older.status} was given instead of ${reply.status}`,
        );
        pass(passing, older.bytes);
        dialogue.finish(exchange, 'answered', older.status);
      },
    };
  }
  const pieces = [Buffer.from(raw)];
  let size = raw.length;
  return {
    passesHead: true,
    body(piece) {
      size += piece.length;
      if (size <= LIMITS.wireTwinBytes) pieces.push(Buffer.from(piece));
      pass(passing, piece);
    },
    end() {
      if (size <= LIMITS.wireTwinBytes)
        kept.set(exchange.operation, { bytes: Buffer.concat(pieces), status: reply.status });
      answered(passing);
    },
  };
}
