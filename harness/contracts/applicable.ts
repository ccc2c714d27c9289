/** Which of the planned interactions are verified in a topology: the others are of services, topics or pairs that it does not have. */

import { callIn } from './grpc-call.ts';
import { TOPIC } from './metadata.ts';
import type { PactPlan, PlannedInteraction, ProviderPlan } from './plan.ts';
import { type ContractSetup, isPartOf } from './setup.ts';

export function applicable(plans: readonly ProviderPlan[], setup: ContractSetup, topology: string): ProviderPlan[] {
  const isHere = (what: string) => setup.onlyIn?.[what]?.includes(topology) ?? true;
  const reduced = (pact: PactPlan): PactPlan[] => {
    if (!isHere(`${pact.consumer} -> ${pact.provider}`)) return [];
    const interactions = pact.interactions.filter((one) => isHere(wayOf(one)) && statesOf(one).every(isHere));
    return interactions.length === 0 ? [] : [{ ...pact, interactions }];
  };
  return plans
    .filter(({ provider }) => isPartOf(setup, provider, topology))
    .map((plan) => ({ ...plan, pacts: plan.pacts.flatMap(reduced) }))
    .filter(({ pacts }) => pacts.length > 0);
}

/** The topic of a message, the service of a gRPC call. */
function wayOf({ kind, interaction }: PlannedInteraction): string {
  if (kind !== 'grpc') return String(interaction.metadata?.[TOPIC] ?? '');
  const { method } = callIn(interaction).asked;
  return method.slice(0, method.indexOf('/'));
}

function statesOf({ interaction }: PlannedInteraction): string[] {
  return (interaction.providerStates ?? []).map(({ name }) => name);
}
