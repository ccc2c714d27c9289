/** What a scenario's script is told by the harness, as environment variables. */
import type { Lab } from '../core/index.ts';
import type { FoundScenario } from './scenario.ts';

interface LoadAsked {
  readonly lab?: Lab;
  readonly found: FoundScenario;
  readonly seed: number;
  readonly rate: number;
  readonly durationMs: number;
  readonly origin?: string;
}

/** `FAULTLINE_DOOR` (origin), `_CASE`, `_SEED`, `_RATE` (1/s), `_DURATION_MS`, and what the scenario adds of its own. */
export async function loadEnvironment(asked: LoadAsked, caseId: string): Promise<Readonly<Record<string, string>>> {
  const { lab, found, seed, rate, durationMs } = asked;
  return {
    FAULTLINE_DOOR: asked.origin ?? (lab ? doorOf(lab, found.scenario.door) : 'http://127.0.0.1:9'),
    ...trust(asked),
    FAULTLINE_CASE: caseId,
    FAULTLINE_SEED: String(seed),
    FAULTLINE_RATE: String(rate),
    FAULTLINE_DURATION_MS: String(Math.round(durationMs)),
    ...(await found.scenario.environment?.()),
  };
}

/** As programs written in Go are told whom to trust. */
function trust({ lab, found, origin }: LoadAsked): { readonly SSL_CERT_FILE?: string } {
  const authorityFile = origin === undefined ? lab?.address('driver', found.scenario.door).authorityFile : undefined;
  return authorityFile === undefined ? {} : { SSL_CERT_FILE: authorityFile };
}

function doorOf(lab: Lab, door: string): string {
  const { host, port, authorityFile } = lab.address('driver', door);
  return `${authorityFile === undefined ? 'http' : 'https'}://${host}:${port}`;
}
