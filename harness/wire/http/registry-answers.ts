/**
 * The answers of a registry, on their way to one caller: addresses of instances become the addresses at which this caller
 * must dial them, so that its calls pass its own edges. Whole JSON answers are held until they are complete; all else passes.
 */
import type { ExchangeFacts, RegistryAnswers, RuleBook, Session, SessionContext, SessionFactory } from '../session.ts';
import { readReply } from './head.ts';
import { createParser, type MessageSink, OPAQUE } from './parser.ts';

/** An answer longer than this passes as it is. */
const MOST_BYTES = 1024 * 1024;
/** Nobody listens there: it is no port for a service. */
const NOBODY = '127.0.0.1:1';

/** The same sessions, with what they pass to the caller rewritten. */
export function rewritingSession(factory: SessionFactory, registry: RegistryAnswers): SessionFactory {
  return (context) => {
    const asked: ExchangeFacts[] = [];
    const rewrite = (body: Buffer, facts: ExchangeFacts | undefined) => {
      const detour = facts && context.rules.armed ? detourOf(registry, context.rules, facts) : undefined;
      const addressOf = (found: string) => detour?.(found) ?? registry.dial[found];
      return rewriteAddresses(body.toString('utf8'), registry.addresses, addressOf);
    };
    const filter = createFilter(rewrite, () => asked.shift(), context.toCaller);
    const opened: SessionContext['opened'] = (facts) => {
      asked.push(facts);
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

/** The address that the caller is told in place of the right one, where a rule wants that; each answer that it changes is a hit. */
function detourOf(registry: RegistryAnswers, rules: RuleBook, facts: ExchangeFacts) {
  const rule = rules.claim(facts, ({ action }) => action.do === 'misdirect');
  if (rule?.action.do !== 'misdirect') return undefined;
  const { instance, instead } = rule.action;
  const [other] = Object.entries(registry.instances).find(([, name]) => name === instead) ?? [];
  let hit = false;
  return (found: string) => {
    if (registry.instances[found] !== instance) return undefined;
    if (!hit)
      rules.hit(rule, { case: facts.case, detail: `${facts.operation}: ${instance} is at ${instead ?? 'no address'}` });
    hit = true;
    return other === undefined ? NOBODY : registry.dial[other];
  };
}

/** The body with other addresses; undefined where it stays. */
type Rewrite = (body: Buffer, facts: ExchangeFacts | undefined) => string | undefined;

interface Filter {
  feed(bytes: Uint8Array): void;
  /** Passes what is held although it is not complete. */
  flush(): void;
}

function createFilter(
  rewrite: Rewrite,
  nextAsked: () => ExchangeFacts | undefined,
  out: (bytes: Buffer) => void,
): Filter {
  let held: { readonly head: Buffer; readonly body: Buffer[] } | undefined;
  let facts: ExchangeFacts | undefined;
  /** The reply under way is the last one to its request. */
  let over = true;
  const sink: MessageSink = {
    head(raw) {
      facts ??= nextAsked();
      const reply = readReply(raw, facts?.operation.split(' ', 1)[0]);
      over = reply === undefined || reply.status >= 200;
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
      if (held) out(rewritten(held.head, Buffer.concat(held.body), facts, rewrite));
      held = undefined;
      if (over) facts = undefined;
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

function rewritten(head: Buffer, body: Buffer, facts: ExchangeFacts | undefined, rewrite: Rewrite): Buffer {
  const text = rewrite(body, facts);
  if (text === undefined) return Buffer.concat([head, body]);
  const changed = Buffer.from(text, 'utf8');
  const lengthened = head.toString('latin1').replace(/(\ncontent-length:[ \t]*)\d+/i, `$1${changed.length}`);
  return Buffer.concat([Buffer.from(lengthened, 'latin1'), changed]);
}

/** The JSON text with its addresses replaced; undefined where nothing is to be replaced, or the text is no JSON. */
export function rewriteAddresses(
  text: string,
  addresses: string,
  addressOf: (found: string) => string | undefined,
): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  let changed = false;
  const replace = (found: unknown): unknown => {
    const instead = typeof found === 'string' ? addressOf(found) : undefined;
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
