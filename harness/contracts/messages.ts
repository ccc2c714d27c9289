/** Gathers, for each message interaction, the record that the provider really emits once it is brought into the state. */
import { HarnessError, messageOf } from '../core/index.ts';
import type { Capture } from './capture.ts';
import { KEY, metadataOf, selectorOf, TOPIC, type TopicRecord } from './metadata.ts';
import type { PlannedInteraction, ProviderPlan } from './plan.ts';
import type { StateRunner } from './setup.ts';
import type { MessageBytes } from './verifier-protocol.ts';

export interface MessageGathering {
  /** Makes the providers emit, all at once; records come in while other providers are verified. */
  begin(plans: readonly ProviderPlan[]): void;
  /** True for an interaction whose states this takes care of. */
  owns(label: string): boolean;
  /** Resolves when the records of these interactions are there, or are known not to come. */
  settled(labels: readonly string[]): Promise<void>;
  message(label: string): Promise<MessageBytes | undefined>;
  close(): Promise<void>;
}

export interface GatheringOptions {
  readonly runner: StateRunner;
  readonly capture: () => Promise<Capture>;
  /** Filled in: what went wrong, by label. */
  readonly problems: Map<string, readonly string[]>;
  readonly recordTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Topics that the message interactions name. */
export function messageTopics(plans: readonly ProviderPlan[]): string[] {
  const topics = messagesOf(plans).map(({ interaction }) => interaction.metadata?.[TOPIC]);
  return [...new Set(topics.filter((topic): topic is string => typeof topic === 'string'))].sort();
}

export function startGathering(options: GatheringOptions): MessageGathering {
  const records = new Map<string, Promise<TopicRecord | undefined>>();
  const planned = new Map<string, PlannedInteraction>();
  let capture: Promise<Capture> | undefined;
  return {
    begin: (plans) => {
      if (messageTopics(plans).length > 0) capture = options.capture();
      for (const plan of plans) {
        for (const one of messagesOf([plan])) {
          planned.set(one.label, one);
          records.set(one.label, gather(plan.provider, one, capture, options));
        }
      }
    },
    owns: (label) => planned.has(label),
    settled: async (labels) => {
      await Promise.all(labels.map((label) => records.get(label)));
    },
    message: async (label) => {
      const record = await records.get(label);
      if (record === undefined) return undefined;
      const contentType = planned.get(label)?.interaction.contents?.contentType ?? 'application/json';
      return { base64: record.value.toString('base64'), contentType, metadata: metadataOf(record) };
    },
    close: async () => {
      await capture?.then((open) => open.close()).catch(() => undefined);
    },
  };
}

function messagesOf(plans: readonly ProviderPlan[]): PlannedInteraction[] {
  return plans.flatMap(({ pacts }) =>
    pacts.flatMap(({ interactions }) => interactions.filter(({ kind }) => kind === 'message')),
  );
}

/** Never rejects: what goes wrong is noted, and the interaction has no record. */
async function gather(
  provider: string,
  one: PlannedInteraction,
  capture: Promise<Capture> | undefined,
  options: GatheringOptions,
): Promise<TopicRecord | undefined> {
  try {
    const open = await capture;
    if (open === undefined) throw refused(`its metadata names no ${TOPIC}`);
    const key = await bringAbout(provider, one, options);
    const rules = one.interaction.matchingRules?.metadata ?? {};
    const selector = selectorOf(one.interaction.metadata ?? {}, rules, key);
    if (selector === undefined) throw refused(`its metadata names no ${TOPIC}`);
    return await open.find(selector, options.recordTimeoutMs, options.signal);
  } catch (thrown) {
    options.problems.set(one.label, [...(options.problems.get(one.label) ?? []), messageOf(thrown)]);
    return undefined;
  }
}

/** Runs the states of a message interaction; answers the key under which its record will lie on the topic. */
async function bringAbout(provider: string, one: PlannedInteraction, options: GatheringOptions): Promise<string> {
  const states = one.interaction.providerStates ?? [];
  let key: string | undefined;
  for (const { name, params } of states) {
    const { values, problem } = await options.runner.run(provider, name, params ?? {});
    if (problem !== undefined) throw refused(problem);
    if (values.key !== undefined) key = String(values.key);
  }
  if (key !== undefined) return key;
  const names = states.map(({ name }) => `"${name}"`).join(', ');
  throw refused(
    `no state handler of ${provider} returned the key of the record it brought about (states: ${names || 'none'}; member \`key\`, for ${KEY})`,
  );
}

function refused(message: string): HarnessError {
  return new HarnessError({ code: 'contract-failed', message });
}
