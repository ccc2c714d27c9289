/** What a statement is called in records and triggers: `INSERT orders`, `COMMIT`, or the name its client gave it. */

export interface Statement {
  /** `order-place` where the client named it so; else verb and table. */
  readonly operation: string;
  /** Verb and table, whatever the client called it: `INSERT orders`. */
  readonly sql: string;
  /** It changes data, or commits what was changed. */
  readonly writes: boolean;
}

const MOST_TEXT = 4_096;
const MOST_KNOWN = 5_000;
const IDENTIFIER = '(?:"[^"]+"|[\\p{L}_][\\p{L}\\p{N}_$]*)';
const TABLE = `((?:${IDENTIFIER}\\.)?${IDENTIFIER})`;
/** Comments, texts and dollar quotes say nothing about what a statement does. */
const NOISE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g;
const CHANGE = new RegExp(
  `\\b(insert)\\s+into\\s+${TABLE}|\\b(merge)\\s+into\\s+${TABLE}|\\b(delete)\\s+from\\s+(?:only\\s+)?${TABLE}` +
    `|\\b(update)\\s+(?:only\\s+)?${TABLE}\\s+(?:as\\s+)?(?:${IDENTIFIER}\\s+)?set\\b`,
  'iu',
);
const FROM = new RegExp(`\\bfrom\\s+(?:only\\s+)?${TABLE}`, 'iu');
const OBJECT_VERBS = 'create|alter|drop|truncate|lock|copy|call|refresh';
const OBJECT_WORDS =
  'or|replace|unique|temp|temporary|table|index|view|materialized|sequence|schema|function|type|extension|if|not|exists|concurrently';
const OBJECT = new RegExp(`^(?:${OBJECT_VERBS})\\b(?:\\s+(?:${OBJECT_WORDS}))*\\s*${TABLE}`, 'iu');
const ENDING = /^(commit|end|prepare\s+transaction)\b/i;

/** The name of a statement by its text alone. Several statements in one text are called by the first that changes data. */
export function nameOfSql(text: string): Omit<Statement, 'operation'> {
  const plain = text.slice(0, MOST_TEXT).replace(NOISE, ' ').trim();
  const verb = /^[a-z]+/i.exec(plain)?.[0].toUpperCase() ?? 'EMPTY';
  const change = CHANGE.exec(plain);
  if (change !== null) {
    const [, ...groups] = change;
    const index = groups.findIndex((group) => group !== undefined);
    return { sql: `${groups[index]?.toUpperCase()} ${unquoted(groups[index + 1])}`, writes: true };
  }
  if (ENDING.test(plain)) return { sql: verb === 'PREPARE' ? 'PREPARE TRANSACTION' : 'COMMIT', writes: true };
  if (verb === 'START') return { sql: 'BEGIN', writes: false };
  if (verb === 'ABORT') return { sql: 'ROLLBACK', writes: false };
  const object = OBJECT.exec(plain);
  if (object !== null) return { sql: `${verb} ${unquoted(object[1])}`, writes: true };
  const from = verb === 'SELECT' || verb === 'WITH' ? FROM.exec(plain) : null;
  return { sql: from === null ? verb : `SELECT ${unquoted(from[1])}`, writes: false };
}

function unquoted(table = ''): string {
  return table.replaceAll('"', '');
}

/**
 * A name that a person chose (`order-place`) is taken as it is. One with a digit or a leading underscore was made by a driver
 * (`S_1`, `__asyncpg_stmt_4__`, `stmtcache_1f`): then the text names the statement.
 */
export function isChosen(name: string): boolean {
  return name !== '' && !name.startsWith('_') && !/\d/.test(name);
}

export interface Naming {
  /** Of a text; known texts cost one look-up. */
  ofText(text: string, name?: string): Statement;
}

/** Remembers texts; one for all connections of an edge. */
export function createNaming(): Naming {
  const known = new Map<string, Omit<Statement, 'operation'>>();
  return {
    ofText(text, name = '') {
      let found = known.get(text);
      if (found === undefined) {
        found = nameOfSql(text);
        if (known.size >= MOST_KNOWN) known.clear();
        known.set(text, found);
      }
      return { ...found, operation: isChosen(name) ? name : found.sql };
    },
  };
}
