/** Verifies every pact file against the running services of a lab, and answers one matrix: who can rely on whom, and why not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContractMatrix, type Lab, systemClock } from '../core/index.ts';
import { findDead } from './alive.ts';
import { applicable } from './applicable.ts';
import { brokersOf, startCapture } from './capture.ts';
import { createGrpcAnswers } from './grpc-answers.ts';
import { type MessageGathering, messageTopics, startGathering } from './messages.ts';
import { readOutcome } from './outcome.ts';
import { type PactFilter, type ProviderPlan, planVerification, writeCopies } from './plan.ts';
import { buildMatrix, type Findings } from './result.ts';
import { type ContractSetup, type StateRunner, stateRunner, urlOf } from './setup.ts';
import { startVerifier, type VerifierProcess } from './verifier-client.ts';
import { LABEL_PARAM } from './verifier-protocol.ts';

export interface VerifyOptions {
  readonly setup: ContractSetup;
  readonly filter?: PactFilter;
  /** How long one request to a provider, or one state handler of it, may take. Default 3000. */
  readonly timeoutMs?: number;
  /** How long a provider may take until the record it was made to emit is on the topic. Default 8000. */
  readonly recordTimeoutMs?: number;
  /** Providers verified at the same time. Default 2. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: VerifyProgress) => void;
}

const TIMEOUT_MS = 3000;
const RECORD_TIMEOUT_MS = 8000;
/** Time for the verifier itself: to load its library and the pact files. */
const SLACK_MS = 10_000;

export interface VerifyProgress {
  readonly provider: string;
  readonly consumers: readonly string[];
  readonly state: 'start' | 'done';
  readonly tookMs?: number;
}

/**
 * Pact's Verifier asks each provider at its real address, not through the wire; messages are the bytes that lay on the topic,
 * answers to gRPC calls what a real call brought.
 * Throws `bad-file` for a pact file that is cut or edited; everything that is wrong with the system stands in the matrix.
 */
export async function verifyContracts(lab: Lab, options: VerifyOptions): Promise<ContractMatrix> {
  const startMs = systemClock.now();
  const planned = await planVerification(options.setup.pactFolder, options.filter);
  const plans = applicable(planned, options.setup, lab.topology.name);
  const folder = await mkdtemp(join(tmpdir(), 'faultline-pacts-'));
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  const bench = workbench(lab, options, plans, signal);
  const onAbort = () => void bench.verifier.stop();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const dead = await findDead(
      lab,
      plans.map(({ provider }) => provider),
      signal,
    );
    bench.gathering.begin(plans.filter(({ provider }) => !dead.has(provider)));
    const living = plans.filter(({ provider }) => !dead.has(provider));
    for (const [provider, problem] of dead) bench.findings.providers.set(provider, { verdict: 'fail', problem });
    // Records come meanwhile: whoever waits for most of them is verified last.
    const inTurn = [...living].sort((one, other) => recordsOf(one) - recordsOf(other));
    await eachBounded(inTurn, options.concurrency ?? 2, (plan) => verifyProvider(lab, plan, folder, bench, options));
    return buildMatrix(plans, bench.findings, systemClock.now() - startMs);
  } catch (thrown) {
    options.signal?.throwIfAborted();
    throw thrown;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    stop.abort();
    await Promise.all([bench.verifier.stop(), bench.gathering.close(), rm(folder, { recursive: true, force: true })]);
  }
}

interface Workbench {
  readonly verifier: VerifierProcess;
  readonly gathering: MessageGathering;
  readonly findings: Findings;
}

function workbench(lab: Lab, options: VerifyOptions, plans: readonly ProviderPlan[], signal: AbortSignal): Workbench {
  const findings: Findings = { providers: new Map(), states: new Map(), verified: new Map() };
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const recordTimeoutMs = options.recordTimeoutMs ?? RECORD_TIMEOUT_MS;
  const topics = messageTopics(plans);
  const brokers = brokersOf(lab, topics);
  const gathering = startGathering({
    runner: stateRunner(options.setup, lab, recordTimeoutMs, signal),
    capture: () => startCapture({ brokers, topics, group: `faultline-contracts-${process.pid}-${lab.descriptor.run}` }),
    problems: findings.states,
    recordTimeoutMs,
    signal,
  });
  const runner = stateRunner(options.setup, lab, Math.max(500, timeoutMs - 250), signal);
  const { protos } = options.setup;
  const grpc = createGrpcAnswers({ lab, plans, protos, timeoutMs, problems: findings.states });
  const verifier = startVerifier({
    state: (provider, state, params) => httpState(runner, findings, provider, state, params, gathering),
    message: async (_, label) => (grpc.owns(label) ? grpc.message(label) : gathering.message(label)),
  });
  return { verifier, gathering, findings };
}

/** Answers Pact's wish for a state. That of a message was set up when the record was gathered. */
async function httpState(
  runner: StateRunner,
  findings: Findings,
  provider: string,
  state: string,
  asked: Readonly<Record<string, unknown>>,
  gathering: MessageGathering,
): Promise<Readonly<Record<string, unknown>>> {
  const { [LABEL_PARAM]: label, ...params } = asked;
  if (gathering.owns(String(label))) return {};
  const { values, problem } = await runner.run(provider, state, params);
  if (problem !== undefined)
    findings.states.set(String(label), [...(findings.states.get(String(label)) ?? []), problem]);
  return values;
}

async function verifyProvider(
  lab: Lab,
  plan: ProviderPlan,
  folder: string,
  bench: Workbench,
  options: VerifyOptions,
): Promise<void> {
  const startMs = systemClock.now();
  const about = { provider: plan.provider, consumers: plan.pacts.map(({ consumer }) => consumer) };
  options.onProgress?.({ ...about, state: 'start' });
  const planned = plan.pacts.flatMap(({ interactions }) => interactions);
  const messages = planned.filter(({ kind }) => kind !== 'http').map(({ label }) => label);
  const pactFiles = await writeCopies(plan, join(folder, plan.provider));
  await bench.gathering.settled(messages);
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const job = {
    job: plan.provider,
    provider: plan.provider,
    baseUrl: urlOf(lab, plan.provider),
    pactFiles,
    states: [
      ...new Set(planned.flatMap(({ interaction }) => (interaction.providerStates ?? []).map(({ name }) => name))),
    ],
    messages,
    timeoutMs,
  };
  // At worst each interaction uses up its time for its states and for itself.
  const text = await bench.verifier.verify(job, SLACK_MS + 3 * planned.length * timeoutMs);
  const outcome = readOutcome(text);
  if (outcome.failure !== undefined) {
    bench.findings.providers.set(plan.provider, {
      verdict: 'unknown',
      problem: `Pact could not verify it: ${outcome.failure}`,
    });
  }
  for (const [label, problems] of outcome.problems) bench.findings.verified.set(label, problems);
  options.onProgress?.({ ...about, state: 'done', tookMs: systemClock.now() - startMs });
}

function recordsOf({ pacts }: ProviderPlan): number {
  const planned = pacts.flatMap(({ interactions }) => interactions);
  return planned.filter(({ kind }) => kind === 'message').length;
}

async function eachBounded<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, most) }, worker));
}
