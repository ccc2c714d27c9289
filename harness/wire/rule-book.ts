/** The armed rules of every edge: who may act on an exchange, and how often each rule really acted. */
import {
  HarnessError,
  type HistoryRecord,
  hash32,
  type Random,
  type RuleHits,
  seededRandom,
  type WireRule,
} from '../core/index.ts';
import type { ExchangeFacts, RuleBook } from './session.ts';
import { matches } from './trigger.ts';

export interface Rules {
  /** The book of one edge; the same object every time. */
  book(edge: string): RuleBook;
  /** Throws `bad-argument` when the id is armed already. */
  arm(rule: WireRule): void;
  /** Throws `unknown-name` when no such rule was ever armed; disarming twice is no error. */
  disarm(ruleId: string): RuleHits;
  hits(ruleId: string): RuleHits;
  list(): readonly WireRule[];
}

interface Count {
  hits: number;
  firstHitAt: number | undefined;
}

/** Rules that are gone and still answer how often they hit: each case asks for its own at its end. */
const MOST_GONE = 2_000;

interface Armed {
  readonly rule: WireRule;
  /** Matching exchanges so far, and those it was given. */
  seen: number;
  claimed: number;
  readonly chance: Random;
}

export function createRules(now: () => number, record: (record: HistoryRecord) => void): Rules {
  const books = new Map<string, EdgeBook>();
  const counts = new Map<string, Count>();
  const armed = new Map<string, EdgeBook>();

  const gone: string[] = [];

  /** One that was armed again under its id counts on. */
  const forget = (ruleId = '') => {
    if (!armed.has(ruleId)) counts.delete(ruleId);
  };
  const hitsOf = (ruleId: string): RuleHits => {
    const count = counts.get(ruleId);
    if (count === undefined) throw unknownRule(ruleId, [...armed.keys()]);
    return { id: ruleId, hits: count.hits, firstHitAt: count.firstHitAt };
  };
  const onHit = (rule: WireRule, at: { readonly case?: string; readonly detail?: string }) => {
    const count = counts.get(rule.id);
    const atMs = now();
    if (count !== undefined) {
      count.hits++;
      count.firstHitAt ??= atMs;
    }
    const { id, edge, action } = rule;
    record({
      type: 'fault',
      at: atMs,
      case: at.case,
      id,
      fault: action.do,
      event: 'hit',
      target: edge,
      detail: at.detail,
    });
  };
  const bookOf = (edge: string): EdgeBook => {
    let book = books.get(edge);
    if (book === undefined) {
      book = createBook(onHit, hitsOf);
      books.set(edge, book);
    }
    return book;
  };

  return {
    book: bookOf,
    arm(rule) {
      if (armed.has(rule.id)) {
        throw new HarnessError({ code: 'bad-argument', message: `a rule with the id "${rule.id}" is armed already` });
      }
      counts.set(rule.id, { hits: 0, firstHitAt: undefined });
      armed.set(rule.id, bookOf(rule.edge));
      bookOf(rule.edge).add(rule);
    },
    disarm(ruleId) {
      armed.get(ruleId)?.remove(ruleId);
      if (armed.delete(ruleId)) gone.push(ruleId);
      const hits = hitsOf(ruleId);
      if (gone.length > MOST_GONE) forget(gone.shift());
      return hits;
    },
    hits: hitsOf,
    list: () => [...books.values()].flatMap((book) => book.list()),
  };
}

interface EdgeBook extends RuleBook {
  add(rule: WireRule): void;
  remove(ruleId: string): void;
}

function createBook(onHit: RuleBook['hit'], hits: RuleBook['hits']): EdgeBook {
  const rules: Armed[] = [];
  return {
    get armed() {
      return rules.length > 0;
    },
    list: () => rules.map(({ rule }) => rule),
    claim: (facts, only) => claimFrom(rules, facts, only),
    hit: onHit,
    hits,
    add(rule) {
      rules.push({ rule, seen: 0, claimed: 0, chance: seededRandom(hash32(rule.id)) });
    },
    remove(ruleId) {
      const index = rules.findIndex(({ rule }) => rule.id === ruleId);
      if (index >= 0) rules.splice(index, 1);
    },
  };
}

/** Every matching rule counts the exchange: `nth` is the n-th match whoever acts. The first that is due gets it. */
function claimFrom(rules: Armed[], facts: ExchangeFacts, only?: (rule: WireRule) => boolean): WireRule | undefined {
  let winner: Armed | undefined;
  for (const armed of rules) {
    const { trigger } = armed.rule;
    if (only !== undefined && !only(armed.rule)) continue;
    if (!matches(trigger, facts)) continue;
    armed.seen++;
    if (isDue(armed)) winner ??= armed;
  }
  if (winner !== undefined) winner.claimed++;
  return winner?.rule;
}

/** Chance is asked once per match that it decides, so that the choice depends on the order of matches alone. */
function isDue({ rule: { trigger }, seen, claimed, chance }: Armed): boolean {
  const { nth = 1, every = 1, share = 1, times = Number.POSITIVE_INFINITY } = trigger;
  if (seen < nth || (seen - nth) % every !== 0) return false;
  return (share >= 1 || chance.next() < share) && claimed < times;
}

function unknownRule(ruleId: string, known: readonly string[]): HarnessError {
  const hint = known.length > 0 ? `Armed now: ${known.join(', ')}.` : 'No rule is armed.';
  return new HarnessError({ code: 'unknown-name', message: `no rule "${ruleId}" was ever armed`, hint });
}
