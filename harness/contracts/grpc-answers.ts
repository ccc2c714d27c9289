/** Answers the verifier for each gRPC interaction with what the running provider really says to the request of the contract. */
import { edgeId, type Lab, messageOf } from '../core/index.ts';
import { callGrpc, callIn, UNANSWERED } from './grpc-call.ts';
import { type GrpcMethods, readGrpcMethods, withDefaults } from './grpc-methods.ts';
import type { PlannedInteraction, ProviderPlan } from './plan.ts';
import type { MessageBytes } from './verifier-protocol.ts';

export interface GrpcAnswersOptions {
  readonly lab: Lab;
  readonly plans: readonly ProviderPlan[];
  /** Folder of the .proto files. */
  readonly protos: string | undefined;
  readonly timeoutMs: number;
  /** Filled in: what went wrong, by label. */
  readonly problems: Map<string, readonly string[]>;
}

export interface GrpcAnswers {
  /** True for a gRPC interaction. */
  owns(label: string): boolean;
  /** Calls the provider. Never rejects: what goes wrong is noted, and there is no answer. */
  message(label: string): Promise<MessageBytes | undefined>;
}

export function createGrpcAnswers(options: GrpcAnswersOptions): GrpcAnswers {
  const planned = new Map(grpcOf(options.plans).map((one) => [one.label, one]));
  let methods: GrpcMethods | undefined;
  const ask = async ({ provider, interaction }: PlannedInteraction & { readonly provider: string }) => {
    if (options.protos === undefined) throw new Error('the contract set-up names no folder of .proto files (`protos`)');
    methods ??= readGrpcMethods(options.protos);
    const { asked, expected } = callIn(interaction);
    const { method, message } = asked;
    const address = addressOf(options.lab, provider);
    const answer = await callGrpc(address, methods.find(method), message, options.timeoutMs);
    if (answer.status !== expected.status && UNANSWERED.includes(answer.status))
      throw new Error(`${provider} at ${address} did not answer ${method}: ${answer.status}, ${answer.details}`);
    return withDefaults(expected, answer);
  };
  return {
    owns: (label) => planned.has(label),
    message: async (label) => {
      const one = planned.get(label);
      if (one === undefined) return undefined;
      try {
        const base64 = Buffer.from(JSON.stringify(await ask(one))).toString('base64');
        return { base64, contentType: 'application/json', metadata: {} };
      } catch (thrown) {
        options.problems.set(label, [...(options.problems.get(label) ?? []), messageOf(thrown)]);
        return undefined;
      }
    },
  };
}

function grpcOf(plans: readonly ProviderPlan[]) {
  return plans.flatMap(({ provider, pacts }) =>
    pacts.flatMap(({ interactions }) =>
      interactions.filter(({ kind }) => kind === 'grpc').map((one) => ({ ...one, provider })),
    ),
  );
}

/** Where the provider itself listens for gRPC: behind its sidecar where it has one. */
function addressOf(lab: Lab, provider: string): string {
  const part = lab.descriptor.parts.find(({ name }) => name === provider);
  const edge = lab.topology.edges.find(({ callee, protocol }) => callee === provider && protocol === 'grpc');
  const address = edge && lab.descriptor.edges.find(({ id }) => id === edgeId(edge));
  if (part === undefined || address === undefined)
    throw new Error(`topology ${lab.topology.name} has no gRPC edge to ${provider}`);
  return `${part.host}:${address.ownPort ?? address.calleePort}`;
}
