/**
 * The process that holds Pact's verifier: its native library prints on file descriptor 1 and reads proxies from the environment,
 * so it has a process of its own. Jobs and questions go over the IPC channel; it ends with its parent.
 */
import { Verifier } from '@pact-foundation/pact';
import type { FromVerifier, MessageBytes, Reply, ToVerifier, VerifyJob } from './verifier-protocol.ts';

type Params = Readonly<Record<string, unknown>>;

const waiting = new Map<number, (reply: Reply) => void>();
let lastNumber = 0;

function say(message: FromVerifier): void {
  process.send?.(message);
}

function ask(question: (number: number) => FromVerifier): Promise<Reply> {
  lastNumber += 1;
  const number = lastNumber;
  return new Promise((resolve) => {
    waiting.set(number, resolve);
    say(question(number));
  });
}

async function verify(job: VerifyJob): Promise<string> {
  const askState = (state: string) => async (given: unknown) => {
    const params = (given ?? {}) as Params;
    const reply = await ask((number) => ({ say: 'state', number, job: job.job, state, params }));
    return (reply.state ?? {}) as never;
  };
  const askMessage = (label: string) => async () => {
    const reply = await ask((number) => ({ say: 'message', number, job: job.job, label }));
    return bodyOf(reply.message);
  };
  const verifier = new Verifier({
    provider: job.provider,
    providerBaseUrl: job.baseUrl,
    pactUrls: [...job.pactFiles],
    timeout: job.timeoutMs,
    logLevel: 'error',
    stateHandlers: Object.fromEntries(job.states.map((state) => [state, askState(state)])),
    messageProviders: Object.fromEntries(job.messages.map((label) => [label, askMessage(label)])),
  });
  return verifier
    .verifyProvider()
    .catch((failed: unknown) => (failed instanceof Error ? failed.message : String(failed)));
}

/** The bytes go to the verifier as they are; without a record it gets an empty body, and the harness knows why. */
function bodyOf(message: MessageBytes | undefined) {
  if (message === undefined)
    return { __pactMessageMetadata: { contentType: 'application/json' }, message: Buffer.alloc(0) };
  return {
    __pactMessageMetadata: { ...message.metadata, contentType: message.contentType },
    message: Buffer.from(message.base64, 'base64'),
  };
}

process.on('message', (incoming: ToVerifier) => {
  if (incoming.do === 'reply') {
    waiting.get(incoming.number)?.(incoming);
    waiting.delete(incoming.number);
    return;
  }
  void verify(incoming).then((text) => say({ say: 'done', job: incoming.job, text }));
});
process.on('disconnect', () => process.exit(0));
say({ say: 'ready' });
