/** Puts together what was found out into the contract matrix, in the order of the plan. */
import {
  type ContractMatrix,
  type ContractPair,
  type InteractionResult,
  type VerdictStatus,
  worstOf,
} from '../core/index.ts';
import type { PactKind } from './pact-file.ts';
import type { PactPlan, PlannedInteraction, ProviderPlan } from './plan.ts';

export interface Findings {
  /** Trouble of a whole provider. */
  readonly providers: Map<string, { readonly verdict: VerdictStatus; readonly problem: string }>;
  /** By label: states that could not be brought about, records that did not come. */
  readonly states: Map<string, readonly string[]>;
  /** By label: what Pact found; an empty list is a pass. */
  readonly verified: Map<string, readonly string[]>;
}

/** One pair per consumer, provider and kind, sorted by provider's file name; the worst verdict wins. */
export function buildMatrix(plans: readonly ProviderPlan[], findings: Findings, tookMs: number): ContractMatrix {
  const pacts = plans.flatMap(({ pacts }) => pacts).sort((a, b) => (a.file < b.file ? -1 : 1));
  const pairs = pacts.flatMap((pact) =>
    (['http', 'grpc', 'message'] as const).flatMap((kind) => pairOf(pact, kind, findings)),
  );
  return { pairs, verdict: worstOf(pairs.map(({ verdict }) => verdict)), tookMs: Math.round(tookMs) };
}

function pairOf(pact: PactPlan, kind: PactKind, findings: Findings): ContractPair[] {
  const planned = pact.interactions.filter((one) => one.kind === kind);
  if (planned.length === 0) return [];
  const trouble = findings.providers.get(pact.provider);
  const interactions = planned.map((one) => resultOf(one, findings, trouble !== undefined));
  const verdict = worstOf([
    ...interactions.map((one) => one.verdict),
    ...(trouble === undefined ? [] : [trouble.verdict]),
  ]);
  const { consumer, provider, file } = pact;
  return [
    {
      consumer,
      provider,
      kind,
      file,
      verdict,
      interactions,
      ...(trouble === undefined ? {} : { problem: trouble.problem }),
    },
  ];
}

/** An interaction of a provider that could not be asked is unknown; one that Pact passed over in silence is lost, and red. */
function resultOf(one: PlannedInteraction, findings: Findings, isUnasked: boolean): InteractionResult {
  const description = one.interaction.description;
  const states = (one.interaction.providerStates ?? []).map(({ name }) => name);
  const missing = findings.states.get(one.label) ?? [];
  const found = findings.verified.get(one.label);
  if (found === undefined && isUnasked) return { description, states, verdict: 'unknown', problems: missing };
  // Without its state, or its record, what Pact says of the interaction is only the consequence.
  const problems = missing.length > 0 ? missing : (found ?? ['it stands in the pact file, but Pact did not verify it']);
  return { description, states, verdict: problems.length === 0 ? 'pass' : 'fail', problems };
}
