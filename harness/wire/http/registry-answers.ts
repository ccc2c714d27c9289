/**
 * The answers of a registry, on their way to one caller: addresses of instances become the addresses at which this caller
 * must dial them, so that its calls pass its own edges. Whole JSON answers are held until they are complete; all else passes.
 */
import type { RegistryAnswers, Session, SessionContext, SessionFactory } from '../session.ts';
import { readReply } from './head.ts';
import { createParser, type MessageSink, OPAQUE } from './parser.ts';

/** An answer longer than this passes as it is. */
const MOST_BYTES = 1024 * 1024;

/** The same sessions, with what they pass to the caller rewritten. */
export function rewritingSession(factory: SessionFactory, registry: RegistryAnswers): SessionFactory {
  return (context) => {
    const methods: string[] = [];
    const filter = createFilter(registry, () => methods.shift(), context.toCaller);
    const opened: SessionContext['opened'] = (facts) => {
      methods.push(facts.operation.split(' ', 1)[0] ?? '');
      return context.opened(facts);
    };
    const endCaller = () => {
      filter.flush();
      context.endCaller();
    };
    const session: Session = factory({ ...context, opened, endCaller, toCaller: filter.feed });
    return session;
  };
}

interface Filter {
  feed(bytes: Uint8Array): void;
  /** Passes what is held although it is not complete. */
  flush(): void;
}

function createFilter(
  registry: RegistryAnswers,
  nextMethod: () => string | undefined,
  out: (bytes: Buffer) => void,
): Filter {
  let held: { readonly head: Buffer; readonly body: Buffer[] } | undefined;
  let method: string | undefined;
  const sink: MessageSink = {
    head(raw) {
      method ??= nextMethod();
      const reply = readReply(raw, method);
      if (reply === undefined || reply.status >= 200) method = undefined;
      const wanted = reply !== undefined && reply.body > 0 && reply.body <= MOST_BYTES && isJson(raw);
      if (wanted) held = { head: raw, body: [] };
      else out(raw);
      return reply?.body ?? OPAQUE;
    },
    body(bytes, from, to) {
      const slice = bytes.subarray(from, to);
      if (held) held.body.push(Buffer.from(slice));
      else out(slice);
    },
    end() {
      if (held) out(rewritten(held.head, Buffer.concat(held.body), registry));
      held = undefined;
    },
    lost: out,
    opaque: (bytes, from, to) => out(bytes.subarray(from, to)),
  };
  const parser = createParser(sink);
  return {
    feed: (bytes) => void parser.feed(bytes as Buffer, 0),
    flush() {
      if (held) out(Buffer.concat([held.head, ...held.body]));
      held = undefined;
      if (parser.partialBytes > 0) out(parser.takePartial());
    },
  };
}

function isJson(head: Buffer): boolean {
  return /\ncontent-type:[ \t]*application\/json/i.test(head.toString('latin1'));
}

function rewritten(head: Buffer, body: Buffer, registry: RegistryAnswers): Buffer {
  const text = rewriteAddresses(body.toString('utf8'), registry);
  if (text === undefined) return Buffer.concat([head, body]);
  const changed = Buffer.from(text, 'utf8');
  const lengthened = head.toString('latin1').replace(/(\ncontent-length:[ \t]*)\d+/i, `$1${changed.length}`);
  return Buffer.concat([Buffer.from(lengthened, 'latin1'), changed]);
}

/** The JSON text with its addresses replaced; undefined where nothing is to be replaced, or the text is no JSON. */
export function rewriteAddresses(text: string, { addresses, dial }: RegistryAnswers): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  let changed = false;
  const replace = (found: unknown): unknown => {
    const instead = typeof found === 'string' ? dial[found] : undefined;
    if (instead === undefined) return found;
    changed = true;
    return instead;
  };
  const result = at(value, addresses.split('.'), replace);
  return changed ? JSON.stringify(result) : undefined;
}

/** `instances[].address`: a member `instances`, each element of it, its member `address`. `[]` alone is each element of the value itself. */
function at(value: unknown, path: readonly string[], replace: (found: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replace(value);
  const each = step.endsWith('[]');
  const name = each ? step.slice(0, -2) : step;
  const into = (found: unknown): unknown => {
    if (!each) return at(found, rest, replace);
    return Array.isArray(found) ? found.map((one) => at(one, rest, replace)) : found;
  };
  if (name === '') return into(value);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value;
  return { ...value, [name]: into((value as Record<string, unknown>)[name]) };
}
