/** Finds providers that do not answer before Pact waits for each of their interactions. */
import { type Lab, messageOf } from '../core/index.ts';
import { urlOf } from './setup.ts';

const LOOK_MS = 1500;

/** Providers that are away, each with one sentence. A provider without an HTTP readiness probe counts as there when its part is. */
export async function findDead(
  lab: Lab,
  providers: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const found = await Promise.all(providers.map(async (name) => [name, await problemOf(lab, name, signal)] as const));
  return new Map(found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

async function problemOf(lab: Lab, provider: string, signal: AbortSignal): Promise<string | undefined> {
  const isThere = lab.descriptor.parts.some(({ name }) => name === provider);
  if (!isThere) return `the lab has no part named ${provider}`;
  const ready = lab.topology.services[provider]?.ready;
  const path = ready !== undefined && 'http' in ready ? ready.http : '/';
  const url = `${urlOf(lab, provider)}${path}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]) });
    await response.body?.cancel();
    const isUp = path === '/' ? response.status < 500 : response.ok;
    return isUp ? undefined : `${provider} is not ready: GET ${url} answered ${response.status}`;
  } catch (thrown) {
    return `${provider} does not answer at ${url} within ${LOOK_MS} ms: ${reasonOf(thrown)}`;
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.cause instanceof Error ? messageOf(thrown.cause) : messageOf(thrown);
}
