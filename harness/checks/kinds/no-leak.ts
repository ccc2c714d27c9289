/** What a fault opened is closed again: once all is healed and quiet no more connections are open than a clean run leaves. */
import { z } from 'zod';
import type { CheckInput, HistoryRecord } from '../../core/index.ts';
import { matches } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'no-leak',
  summary:
    'after the heal no edge has more open connections, and no more calls under way, than a clean run leaves behind',
  options: z.strictObject({
    /** Edges, by name, or a prefix or an ending with `*`. */
    edges: z.string().default('*'),
    /** Connections that may be left open beyond those of the control run. */
    beyond: z.int().min(0).default(8),
    /** Connections that may be left open on an edge in any case, whatever the control run leaves. */
    most: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
  }),
  underLoad: () => ({ not: 'it compares connections with those of a control run, and a load has none' }),
  judge(input, { edges, beyond, most }) {
    const opened = openOf(input.history, edges);
    const clean = openOf(input.control ?? [], edges);
    const left = [...opened.left].map(([edge, count]) => ({
      edge,
      count,
      allowed: Math.min(most, Math.max(0, clean.left.get(edge) ?? 0) + beyond),
    }));
    const leaking = left.filter(({ count, allowed }) => count > allowed).sort((a, b) => b.count - a.count);
    const problems = [
      ...leaking.map(
        ({ edge, count, allowed }) => `${edge}: ${count} connections opened and not closed, allowed are ${allowed}`,
      ),
      ...stillOpen(input, edges),
    ];
    const figures = {
      opened: opened.count,
      leftOpen: left.reduce((sum, { count }) => sum + Math.max(0, count), 0),
      cleanLeftOpen: [...clean.left.values()].reduce((sum, count) => sum + Math.max(0, count), 0),
      leaking: problems.length,
    };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'edge')} with something left open`, problems, figures);
    if (opened.count + clean.count === 0) return noData(`no connection was opened on ${edges}`, [], figures);
    return pass(
      `${figures.leftOpen} of ${counted(opened.count, 'connection')} left open, as in a clean run`,
      [],
      figures,
    );
  },
});

/** Connections opened within the history, less those of them that were closed. */
function openOf(history: readonly HistoryRecord[], edges: string) {
  const left = new Map<string, number>();
  const own = new Set<string>();
  let count = 0;
  for (const record of history) {
    if (record.type !== 'connection' || !matches(edges, record.edge) || record.event === 'refused') continue;
    const name = `${record.edge}#${record.connection}`;
    if (record.event === 'open') {
      own.add(name);
      count++;
      left.set(record.edge, (left.get(record.edge) ?? 0) + 1);
    } else if (own.delete(name)) left.set(record.edge, (left.get(record.edge) ?? 0) - 1);
  }
  return { left, count };
}

/** Calls that never ended, although the system is quiet. */
function stillOpen(input: CheckInput, edges: string): string[] {
  return input.history.flatMap((record) =>
    record.type === 'exchange' &&
    record.outcome === 'open' &&
    record.protocol !== 'kafka' &&
    matches(edges, record.edge)
      ? [`${record.operation} on ${record.edge}, begun at ${momentOf(input, record.at)}, never ended`]
      : [],
  );
}
