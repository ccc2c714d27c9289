/** Health: `live` says that the process runs, `ready` says that it can do its work now. They are never the same question. */
import { reasonOf } from './log.ts';

/** One thing a service needs. Throws, or answers false, when it is not there. */
export type HealthCheck = () => boolean | Promise<boolean>;

export interface HealthReport {
  readonly status: 'ready' | 'not-ready';
  readonly checks: Readonly<Record<string, 'ok' | string>>;
}

/** Asks every check and says which of them fails and why. */
export async function healthReport(checks: Readonly<Record<string, HealthCheck>>): Promise<HealthReport> {
  const answers = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return [name, (await check()) ? 'ok' : 'not yet'] as const;
      } catch (error) {
        return [name, reasonOf(error)] as const;
      }
    }),
  );
  const ready = answers.every(([, answer]) => answer === 'ok');
  return { status: ready ? 'ready' : 'not-ready', checks: Object.fromEntries(answers) };
}
