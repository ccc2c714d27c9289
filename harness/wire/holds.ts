/** Exchanges kept back: holds until somebody releases them, delays until their time is over. Disarming ends both. */
import { type Clock, HarnessError, type Held, LIMITS, type WireRule } from '../core/index.ts';
import type { ExchangeFacts } from './session.ts';

export interface Release {
  readonly how: 'forward' | 'drop';
  readonly leaveGroup: boolean;
}

export interface Holds {
  /** Over `LIMITS.holds` at once, the exchange is let go at once. */
  hold(rule: WireRule, facts: ExchangeFacts): Promise<Release>;
  /** The next exchange of the rule that was not told to anybody yet; undefined when the deadline passes first. */
  next(ruleId: string, deadlineMs: number, signal: AbortSignal): Promise<Held | undefined>;
  /** Everything that is held now. */
  list(): readonly Held[];
  /** Throws `unknown-name` when the token holds nothing (any more). */
  release(token: string, release: Release): void;
  /** Resolves after `delayMs`, or with `healed` once the rule (if any) is disarmed, or with `cut` once `cut` aborts. */
  wait(rule: WireRule | undefined, delayMs: number, cut: AbortSignal): Promise<'over' | 'healed' | 'cut'>;
  /** The rule is gone: what it holds or delays goes on. */
  healed(ruleId: string): void;
  close(): void;
}

interface Holding {
  readonly held: Held;
  told: boolean;
  readonly settle: (release: Release) => void;
}

const FORWARD: Release = { how: 'forward', leaveGroup: false };

export function createHolds(clock: Clock): Holds {
  const holdings = new Map<string, Holding>();
  const waiters = new Map<string, Set<() => void>>();
  const heals = new Map<string, AbortController>();
  let lastToken = 0;

  const healOf = (ruleId: string): AbortSignal => {
    let heal = heals.get(ruleId);
    if (heal === undefined) {
      heal = new AbortController();
      heals.set(ruleId, heal);
    }
    return heal.signal;
  };
  const untold = (ruleId: string): Held | undefined => {
    for (const holding of holdings.values()) {
      if (holding.told || holding.held.rule !== ruleId) continue;
      holding.told = true;
      return holding.held;
    }
    return undefined;
  };
  const settle = (token: string, release: Release): boolean => {
    const holding = holdings.get(token);
    holdings.delete(token);
    holding?.settle(release);
    return holding !== undefined;
  };

  return {
    hold(rule, facts) {
      if (holdings.size >= LIMITS.holds) return Promise.resolve(FORWARD);
      const token = `hold-${++lastToken}`;
      const held: Held = { token, rule: rule.id, edge: rule.edge, operation: facts.operation, case: facts.case };
      const over = new AbortController();
      return new Promise<Release>((resolve) => {
        holdings.set(token, { held, told: false, settle: resolve });
        clock.delay(LIMITS.holdMs, over.signal).then(
          () => settle(token, FORWARD),
          () => undefined,
        );
        for (const wake of waiters.get(rule.id) ?? []) wake();
      }).finally(() => over.abort());
    },
    async next(ruleId, deadlineMs, signal) {
      const now = untold(ruleId);
      if (now !== undefined) return now;
      const woken = new AbortController();
      const wake = () => woken.abort();
      const waiting = waiters.get(ruleId) ?? new Set();
      waiters.set(ruleId, waiting.add(wake));
      const untilMs = clock.now() + deadlineMs;
      await clock.delay(deadlineMs, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
      waiting.delete(wake);
      if (waiting.size === 0 && waiters.get(ruleId) === waiting) waiters.delete(ruleId);
      if (signal.aborted) return undefined;
      const held = untold(ruleId);
      if (held !== undefined || clock.now() >= untilMs) return held;
      return this.next(ruleId, untilMs - clock.now(), signal);
    },
    list: () => [...holdings.values()].map(({ held }) => held),
    release(token, release) {
      if (!settle(token, release)) {
        throw new HarnessError({
          code: 'unknown-name',
          message: `nothing is held under the token "${token}" (any more)`,
        });
      }
    },
    async wait(rule, delayMs, cut) {
      try {
        await clock.delay(delayMs, rule === undefined ? cut : AbortSignal.any([healOf(rule.id), cut]));
        return 'over';
      } catch {
        return cut.aborted ? 'cut' : 'healed';
      }
    },
    healed(ruleId) {
      heals.get(ruleId)?.abort();
      heals.delete(ruleId);
      for (const { held } of [...holdings.values()]) if (held.rule === ruleId) settle(held.token, FORWARD);
    },
    close() {
      for (const heal of heals.values()) heal.abort();
      for (const token of [...holdings.keys()]) settle(token, { how: 'drop', leaveGroup: false });
      for (const waiting of waiters.values()) for (const wake of waiting) wake();
    },
  };
}
