/** A rule is checked before it is armed: its edge exists, its action is one that the edge's protocol can carry out. */
import { HarnessError, type Protocol, type WireAction, type WireRule } from '../core/index.ts';
import type { WireEdge } from './session.ts';

const CALL_ACTIONS: readonly WireAction['do'][] = [
  'status',
  'delay',
  'reset',
  'lost-reply',
  'hold',
  'twice',
  'drop-header',
  'cut',
  'corrupt',
];
const HTTP_ACTIONS: readonly WireAction['do'][] = [...CALL_ACTIONS, 'trickle', 'replace', 'stale', 'misdirect'];
const GRPC_ACTIONS: readonly WireAction['do'][] = [...CALL_ACTIONS, 'goaway'];
const KAFKA_ACTIONS: readonly WireAction['do'][] = [
  'delay',
  'reset',
  'hold',
  'lost-reply',
  'kafka-ack-lost',
  'kafka-refuse',
  'kafka-commit-refused',
  'kafka-copy',
  'kafka-repeat',
  'kafka-withhold',
  'kafka-overtake',
  'kafka-poison',
  'kafka-group-refused',
  'kafka-rewind',
];

/** Protocols whose replies a trigger cannot choose by number. */
const NO_STATUS: readonly Protocol[] = ['postgres', 'redis', 'smtp'];
const ANY_EXCHANGE: readonly WireAction['do'][] = ['delay', 'reset', 'hold', 'lost-reply'];

const ACTIONS: Partial<Record<Protocol, readonly WireAction['do'][]>> = {
  http: HTTP_ACTIONS,
  grpc: GRPC_ACTIONS,
  kafka: KAFKA_ACTIONS,
  smtp: [...ANY_EXCHANGE, 'smtp-reply'],
  redis: [...ANY_EXCHANGE, 'redis-error', 'redis-nil', 'redis-stale'],
  postgres: [...ANY_EXCHANGE, 'postgres-error', 'postgres-commit-lost'],
};

/** Throws `fault-refused` or `bad-argument`, naming what is wrong; `unknown-name` comes from `edgeOf`. */
export function checkRule(rule: WireRule, edgeOf: (id: string) => WireEdge): void {
  if (typeof rule.id !== 'string' || rule.id === '') throw bad('a rule needs an id');
  if (typeof rule.trigger !== 'object' || rule.trigger === null) throw bad(`the rule "${rule.id}" has no trigger`);
  if (typeof rule.action?.do !== 'string') throw bad(`the rule "${rule.id}" has no action`);
  const { protocol, registry } = edgeOf(rule.edge);
  if (rule.action.do === 'misdirect') checkInstances(rule, rule.action, registry);
  const allowed = ACTIONS[protocol] ?? [];
  if (!allowed.includes(rule.action.do)) {
    throw new HarnessError({
      code: 'fault-refused',
      message: `the edge ${rule.edge} speaks ${protocol}: the wire cannot do "${rule.action.do}" there`,
      hint: allowed.length > 0 ? `It can do: ${allowed.join(', ')}.` : 'Use a fault of the connection instead.',
    });
  }
  checkNumbers(rule, protocol);
}

function checkInstances(
  { edge }: WireRule,
  { instance, instead }: Extract<WireAction, { readonly do: 'misdirect' }>,
  registry: WireEdge['registry'],
): void {
  const known = Object.values(registry?.instances ?? {});
  const unknown = [instance, ...(instead === undefined ? [] : [instead])].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new HarnessError({
    code: 'fault-refused',
    message: `the caller of ${edge} has no edge to an instance "${unknown}"`,
    hint: known.length > 0 ? `It has: ${known.join(', ')}.` : 'Its callee is no registry.',
  });
}

function checkNumbers({ id, trigger, action }: WireRule, protocol: Protocol): void {
  for (const name of ['nth', 'every', 'times'] as const) {
    const value = trigger[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw bad(`the rule "${id}": ${name} must be a whole number from 1 on, got ${value}`);
    }
  }
  if (trigger.share !== undefined && !(trigger.share > 0 && trigger.share <= 1)) {
    throw bad(`the rule "${id}": share must be above 0 and at most 1, got ${trigger.share}`);
  }
  if (action.do === 'status') {
    const [least, most] = protocol === 'grpc' ? [1, 16] : [200, 599];
    if (!(Number.isInteger(action.status) && action.status >= least && action.status <= most))
      throw bad(`the rule "${id}": status must be ${least} to ${most}, got ${action.status}`);
  }
  if (action.do === 'delay' && !(Number.isFinite(action.delayMs) && action.delayMs >= 0)) {
    throw bad(`the rule "${id}": delayMs must be a number from 0 on, got ${action.delayMs}`);
  }
  for (const [name, value] of Object.entries(action)) {
    const least = LEAST[name];
    if (least !== undefined && !(Number.isInteger(value) && value >= least))
      throw bad(`the rule "${id}": ${name} must be a whole number from ${least} on, got ${value}`);
  }
  if (action.do === 'drop-header' && /^(content-length|transfer-encoding|connection|host|:.*)$/i.test(action.header)) {
    throw bad(`the rule "${id}": without its ${action.header} a request is none`);
  }
  if (
    action.do === 'smtp-reply' &&
    !(Number.isInteger(action.status) && action.status >= 200 && action.status <= 599)
  ) {
    throw bad(`the rule "${id}": status must be 200 to 599, got ${action.status}`);
  }
  if (action.do === 'postgres-error' && !/^[0-9A-Z]{5}$/.test(action.sqlstate)) {
    throw bad(`the rule "${id}": sqlstate must be five digits or capital letters, got "${action.sqlstate}"`);
  }
  if (trigger.status !== undefined && NO_STATUS.includes(protocol)) {
    throw bad(`the rule "${id}": replies on a ${protocol} edge have no status to trigger on`);
  }
  if (trigger.status !== undefined && !actsAfter(action)) {
    throw bad(`the rule "${id}": a trigger on the reply's status needs an action at "after"`);
  }
}

/** Whole numbers of actions, and the least each may be. */
const LEAST: Readonly<Record<string, number>> = { afterBytes: 0, offset: 0, bytes: 1, everyMs: 0, code: 0, records: 1 };
const CHANGES_REPLY: readonly WireAction['do'][] = ['cut', 'corrupt', 'trickle', 'replace', 'stale', 'misdirect'];

/** True when the callee does its work first: the reply is what changes. */
export function actsAfter(action: WireAction): boolean {
  if (action.do === 'lost-reply' || action.do === 'postgres-commit-lost') return true;
  if (CHANGES_REPLY.includes(action.do)) return true;
  if (action.do === 'redis-nil' || action.do === 'redis-stale') return true;
  return 'at' in action && action.at === 'after';
}

function bad(message: string): HarnessError {
  return new HarnessError({ code: 'bad-argument', message });
}
