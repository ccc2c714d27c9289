/** Faults that the wire carries out on one chosen exchange: a rule is armed, and its hits are counted by the wire. */
import type { z } from 'zod';
import type { Protocol, RuleHits, WireAction } from '../core/index.ts';
import { defineFault, type FaultKind, type FaultScope } from './fault.ts';

export interface WireFault<Options> {
  readonly name: string;
  readonly summary: string;
  readonly scopes: readonly [FaultScope, ...FaultScope[]];
  readonly protocols: readonly Protocol[];
  readonly options: z.ZodType<Options>;
  readonly example: string;
  readonly refuses?: FaultKind<Options>['refuses'];
  readonly action: (options: Options) => WireAction;
  /** Operation assumed when the trigger names none (`Produce`, `OffsetCommit`); it may depend on the options. */
  readonly operation?: string | ((options: Options) => string | undefined);
}

/** A fault kind that arms one rule on the target's edge. */
export function wireFault<Options>(fault: WireFault<Options>): FaultKind {
  const { action, operation, ...rest } = fault;
  return defineFault<Options>({
    ...rest,
    target: 'edge',
    triggered: true,
    async inject({ lab, id, target, options, trigger }) {
      const assumed = typeof operation === 'function' ? operation(options) : operation;
      const rule = {
        id,
        edge: target,
        trigger: { ...(assumed ? { operation: assumed } : {}), ...trigger },
        action: action(options),
      };
      await lab.wire.arm(rule);
      let final: RuleHits | undefined;
      return {
        async evidence() {
          const { hits, firstHitAt } = final ?? (await lab.wire.hits(id));
          return { hits, firstHitAt, countedBy: `exchanges the wire changed on ${target}` };
        },
        async undo() {
          final ??= await lab.wire.disarm(id);
        },
      };
    },
  });
}
