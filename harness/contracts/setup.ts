/** What verification needs to know about a system: where its pact files are, and how each provider is brought into a state. */
import { HarnessError, type Lab, messageOf } from '../core/index.ts';

/** Given by whoever owns the system under test; the harness knows no service by itself. */
export interface ContractSetup {
  readonly pactFolder: string;
  /** Folder of the `.proto` files by which gRPC contracts are verified. */
  readonly protos?: string;
  /** Names of topologies whose services these are; default: every one. */
  readonly topologies?: readonly string[];
  /** What is verified in some topologies alone, by topic (`payment.commands`), gRPC service, state or pair (`bff-web -> order`). */
  readonly onlyIn?: Readonly<Record<string, readonly string[]>>;
  /** By the provider's name in the pacts, which is its name in the topology. */
  readonly providers: Readonly<Record<string, ProviderSetup>>;
}

export interface ProviderSetup {
  /** By the state's name in the pacts. */
  readonly states: StateHandlers;
  /** Names of the topologies that have it; default: every one of the set-up. Elsewhere its contracts are left out. */
  readonly topologies?: readonly string[];
}

/** Whether the provider is part of that topology. One that the set-up does not know is: then its absence is a finding. */
export function isPartOf({ providers }: ContractSetup, provider: string, topology: string): boolean {
  const { topologies } = (Object.hasOwn(providers, provider) ? providers[provider] : undefined) ?? {};
  return topologies === undefined || topologies.includes(topology);
}

export type StateHandlers = Readonly<Record<string, StateHandler>>;

/**
 * Brings the provider into a state by public means: calls, probes, messages. What it returns fills in `fromProviderState` expressions.
 * For a message it makes the provider emit it, and returns `key`: the key under which the record will lie on the topic.
 */
export type StateHandler = (context: StateContext) => Promise<StateValues | undefined> | StateValues | undefined;

export interface StateContext {
  readonly lab: Lab;
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** `http://host:port` of a part of the lab itself, not of the wire in front of it. */
  url(part: string): string;
  /** Runs `make` once in this verification and gives every later caller of the same `name` the same result. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
}

export type StateValues = Readonly<Record<string, string | number | boolean | null>>;

export interface StateOutcome {
  readonly values: StateValues;
  /** Why the state is not there, one sentence. */
  readonly problem?: string;
}

export interface StateRunner {
  /** Never throws: Pact would take a state handler that throws, or is missing, for a success. */
  run(provider: string, state: string, params: Readonly<Record<string, unknown>>): Promise<StateOutcome>;
}

export function stateRunner(setup: ContractSetup, lab: Lab, timeoutMs: number, signal: AbortSignal): StateRunner {
  const made = new Map<string, Promise<unknown>>();
  const once = <T>(name: string, make: () => Promise<T>): Promise<T> => {
    const known = made.get(name) ?? make();
    made.set(name, known);
    return known as Promise<T>;
  };
  return {
    run: async (provider, state, params) => {
      const handlers = setup.providers[provider]?.states ?? {};
      const handler = Object.hasOwn(handlers, state) ? handlers[state] : undefined;
      if (handler === undefined) {
        const known = Object.keys(handlers).map((name) => `"${name}"`);
        return {
          values: {},
          problem: `no state handler for "${state}" of ${provider} (there are: ${known.join(', ') || 'none'})`,
        };
      }
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        return {
          values:
            (await untilAborted(
              handler,
              { lab, params, signal: limit, url: (part) => urlOf(lab, part), once },
              timeoutMs,
            )) ?? {},
        };
      } catch (thrown) {
        return { values: {}, problem: `the state handler for "${state}" of ${provider} failed: ${messageOf(thrown)}` };
      }
    },
  };
}

function untilAborted(
  handler: StateHandler,
  context: StateContext,
  timeoutMs: number,
): Promise<StateValues | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () =>
      reject(new HarnessError({ code: 'timed-out', message: `it was not done after ${timeoutMs} ms` }));
    context.signal.addEventListener('abort', onAbort, { once: true });
    Promise.resolve()
      .then(() => handler(context))
      .then(resolve, reject)
      .finally(() => context.signal.removeEventListener('abort', onAbort));
  });
}

/** Where a part listens itself. Throws `unknown-name` when the lab has none of that name. */
export function urlOf(lab: Lab, part: string): string {
  const found = lab.descriptor.parts.find(({ name }) => name === part);
  if (found === undefined)
    throw new HarnessError({ code: 'unknown-name', message: `the lab has no part named ${part}` });
  return `http://${found.host}:${found.port}`;
}
