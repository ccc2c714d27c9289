/**
 * Experiments that are known to fail, each with a reason, a ticket and a last day. They still run and are shown; until that day their
 * failure does not gate. What is wrong with an entry is said, and such an entry covers nothing.
 */
import { z } from 'zod';
import type { ExperimentResult, GateFinding, QuarantineEntry, QuarantineState } from '../core/index.ts';
import { nearestNames } from '../core/index.ts';

export interface Quarantine {
  /** The entry that covers the experiment today. */
  covers(experiment: Pick<ExperimentResult, 'slug' | 'name'>): QuarantineEntry | undefined;
  /** Every entry, and what is to be said of it. */
  readonly states: readonly QuarantineState[];
}

const entrySchema = z.strictObject({
  experiment: z.string().min(1, 'must name an experiment'),
  reason: z.string().trim().min(1, 'must say why'),
  ticket: z.string().trim().min(1, 'must name a ticket'),
  expires: z.iso.date('must be a day, such as 2026-12-31'),
});

const DAY_MS = 86_400_000;

/**
 * Looks at the entries as they stand in the file or the configuration. `known` are the experiments of the run; `planned` the slugs of all
 * there are, where the run is only a part.
 */
export function openQuarantine(
  entries: readonly unknown[],
  known: readonly ExperimentResult[],
  nowMs: number,
): Quarantine {
  const holding: QuarantineEntry[] = [];
  const states = entries.map((raw, index): QuarantineState => {
    const parsed = entrySchema.safeParse(raw);
    if (!parsed.success) return malformed(raw, index, parsed.error);
    const entry = parsed.data;
    const result = known.find((one) => isOf(entry, one));
    if (result === undefined) return unknownName(entry, known);
    if (holding.some((other) => isOf(other, result)))
      return { ...shown(entry), state: 'malformed', what: `${entry.experiment} is quarantined twice` };
    const endsAt = Date.parse(`${entry.expires}T00:00:00Z`) + DAY_MS;
    if (nowMs >= endsAt) {
      const days = Math.floor((nowMs - endsAt) / DAY_MS) + 1;
      const what = `expired ${days} day${days === 1 ? '' : 's'} ago, on ${entry.expires}: it gates again (${entry.ticket})`;
      return { ...shown(entry), state: 'expired', what };
    }
    holding.push(entry);
    return result.verdict === 'pass'
      ? { ...shown(entry), state: 'idle', what: `is kept in this run: the entry may go (${entry.ticket})` }
      : {
          ...shown(entry),
          state: 'active',
          what: `does not gate until ${entry.expires}: ${entry.reason} (${entry.ticket})`,
        };
  });
  return { states, covers: (experiment) => holding.find((entry) => isOf(entry, experiment)) };
}

/** A finding on an experiment; one that is quarantined is shown with its ticket and does not count. */
export function findingOn(
  { name, slug, file, repeat }: Pick<ExperimentResult, 'name' | 'slug' | 'file' | 'repeat'>,
  status: 'fail' | 'unknown',
  what: string,
  quarantine: Quarantine,
): GateFinding {
  const entry = quarantine.covers({ name, slug });
  const finding = { status, subject: name, what, file, named: name, repeat };
  if (entry === undefined) return finding;
  return {
    ...finding,
    status: 'pass',
    ticket: entry.ticket,
    what: `${what} (quarantined until ${entry.expires}: ${entry.reason})`,
  };
}

function isOf({ experiment }: QuarantineEntry, { slug, name }: Pick<ExperimentResult, 'slug' | 'name'>): boolean {
  return experiment === slug || experiment === name;
}

function shown({ experiment, ticket, expires }: QuarantineEntry): Omit<QuarantineState, 'state' | 'what'> {
  return { experiment, ticket, expires };
}

function unknownName(entry: QuarantineEntry, known: readonly ExperimentResult[]): QuarantineState {
  const near = nearestNames(
    entry.experiment,
    known.map(({ slug }) => slug),
  );
  const hint = near.length > 0 ? `; did you mean ${near.join(', ')}?` : '';
  return { ...shown(entry), state: 'unknown-name', what: `this run holds no experiment of that name${hint}` };
}

function malformed(raw: unknown, index: number, error: z.ZodError): QuarantineState {
  const named = typeof raw === 'object' && raw !== null ? (raw as { experiment?: unknown }).experiment : undefined;
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')} `;
  return {
    state: 'malformed',
    experiment: typeof named === 'string' && named !== '' ? named : `entry ${index + 1}`,
    what: `covers nothing: ${place}${issue?.message ?? 'is not an entry'}`,
  };
}
