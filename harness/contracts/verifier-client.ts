/** The harness's side of the verifier process: starts it, hands it jobs, answers its questions, ends it. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HarnessError, systemClock } from '../core/index.ts';
import type { FromVerifier, MessageBytes, ToVerifier, VerifyJob } from './verifier-protocol.ts';

/** Who answers what Pact asks while it verifies. Neither may throw. */
export interface Answers {
  state(
    job: string,
    state: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  message(job: string, label: string): Promise<MessageBytes | undefined>;
}

type Question = Extract<FromVerifier, { readonly number: number }>;

export interface VerifierProcess {
  /** Resolves with what Pact's verifier said: JSON in a text, or an error text. Throws `contract-failed` when it says nothing in time. */
  verify(job: Omit<VerifyJob, 'do'>, deadlineMs: number): Promise<string>;
  stop(): Promise<void>;
}

/** Environment names that would send the verifier's requests elsewhere, or home. */
const UNWANTED = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'PACT_DESCRIPTION',
  'PACT_PROVIDER_STATE',
  'PACT_PROVIDER_NO_STATE',
  'PACT_BROKER_BASE_URL',
];

export function startVerifier(answers: Answers): VerifierProcess {
  const env = { ...process.env, PACT_DO_NOT_TRACK: '1', SCARF_ANALYTICS: 'false' };
  for (const name of UNWANTED) delete env[name as keyof typeof env];
  const child = fork(fileURLToPath(new URL('verifier-process.ts', import.meta.url)), {
    env,
    execArgv: ['--disable-warning=DEP0060'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const running = new Map<string, { resolve: (text: string) => void; reject: (error: Error) => void }>();
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const send = (message: ToVerifier) => {
    if (child.connected) child.send(message);
  };
  child.on('message', (message: FromVerifier) => {
    if (message.say === 'done') {
      running.get(message.job)?.resolve(message.text);
      running.delete(message.job);
    } else if (message.say !== 'ready') void answer(message, answers).then(send);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (why: string) => {
      for (const { reject } of running.values()) reject(verifierGone(why, complaint));
      running.clear();
      resolve();
    };
    child.on('exit', (code, signal) => end(`it ended (${signal ?? `exit code ${code}`})`));
    child.on('error', (error) => end(error.message));
  });
  return {
    verify: (job, deadlineMs) =>
      new Promise((resolve, reject) => {
        if (!child.connected) return reject(verifierGone('it has ended', complaint));
        const late = new AbortController();
        running.set(job.job, {
          resolve: (text) => {
            late.abort();
            resolve(text);
          },
          reject: (error) => {
            late.abort();
            reject(error);
          },
        });
        systemClock.delay(deadlineMs, late.signal).then(
          () => reject(verifierGone(`it did not verify ${job.provider} within ${deadlineMs} ms`, complaint)),
          () => undefined,
        );
        send({ do: 'verify', ...job });
      }),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What Pact asks while it verifies, and what it is told. */
async function answer(question: Question, answers: Answers): Promise<ToVerifier> {
  const { number, job } = question;
  if (question.say === 'message') return { do: 'reply', number, message: await answers.message(job, question.label) };
  return { do: 'reply', number, state: await answers.state(job, question.state, question.params) };
}

function verifierGone(why: string, complaint: string): HarnessError {
  const last = complaint.trim().split('\n').at(-1);
  return new HarnessError({
    code: 'contract-failed',
    message: `Pact's verifier process cannot go on: ${why}${last ? `; it said: ${last}` : ''}`,
    hint: 'Run `faultline doctor`; the native part of @pact-foundation/pact may be missing for this platform.',
  });
}
