/** What a Redis command is called in records and triggers: `GET cart:17`, `CLIENT SETINFO`, `EXEC`; secrets are never part of it. */

export interface Named {
  readonly operation: string;
  readonly key?: string;
}

/** Their first argument is no key, and may be a secret. */
const ALONE = new Set([
  ...[
    'PING',
    'AUTH',
    'HELLO',
    'INFO',
    'MULTI',
    'EXEC',
    'DISCARD',
    'SELECT',
    'FLUSHALL',
    'FLUSHDB',
    'DBSIZE',
    'TIME',
    'QUIT',
  ],
  ...[
    'RESET',
    'ECHO',
    'KEYS',
    'SCAN',
    'WAIT',
    'RANDOMKEY',
    'ROLE',
    'UNWATCH',
    'LASTSAVE',
    'SAVE',
    'BGSAVE',
    'SHUTDOWN',
  ],
]);
/** Their first argument says what they do. */
const FAMILIES = new Set([
  ...['CLIENT', 'CONFIG', 'SCRIPT', 'ACL', 'COMMAND', 'CLUSTER', 'LATENCY', 'SLOWLOG', 'MEMORY', 'FUNCTION', 'PUBSUB'],
]);
/** `EVAL script numkeys key …` */
const SCRIPTS = new Set(['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO', 'FCALL', 'FCALL_RO']);
/** After these a connection says things that nobody asked for, or does not answer. */
const OPENS_STREAM = new Set(['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'MONITOR', 'SYNC', 'PSYNC', 'CLIENT REPLY']);
const MOST_KEY = 200;

export function nameCommand(words: readonly Buffer[]): Named {
  const name = (words[0]?.toString('latin1') ?? '').slice(0, 40).toUpperCase();
  if (name === '' || ALONE.has(name)) return { operation: name === '' ? 'EMPTY' : name };
  if (FAMILIES.has(name)) return { operation: `${name} ${textOf(words[1]).toUpperCase()}`.trimEnd() };
  const key = SCRIPTS.has(name) ? (textOf(words[2]) === '0' ? '' : textOf(words[3])) : textOf(words[1]);
  return key === '' ? { operation: name } : { operation: `${name} ${key}`, key };
}

export function opensStream(operation: string): boolean {
  const space = operation.indexOf(' ');
  return OPENS_STREAM.has(operation) || (space > 0 && OPENS_STREAM.has(operation.slice(0, space)));
}

function textOf(word: Buffer | undefined): string {
  return word === undefined ? '' : word.toString('utf8', 0, Math.min(word.length, MOST_KEY));
}
