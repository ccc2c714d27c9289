/** What a fault had a system take is given back: connections, calls, open files and memory, once all is healed and quiet. */
import { z } from 'zod';
import type { CheckInput, HistoryRecord } from '../../core/index.ts';
import { matches } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';
import { type Growth, growthOf } from '../usage-growth.ts';

const MIB = 1_048_576;

export default defineCheck({
  name: 'no-leak',
  summary:
    'after the heal no edge has more open connections or calls under way, and no service holds more files, connections and memory, than a clean run leaves',
  options: z.strictObject({
    /** Edges, by name, or a prefix or an ending with `*`. */
    edges: z.string().default('*'),
    /** Connections that may be left open beyond those of the control run. */
    beyond: z.int().min(0).default(8),
    /** Connections that may be left open on an edge in any case, whatever the control run leaves. */
    most: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
    /** Services whose processes are looked at, by name, or a prefix or an ending with `*`. */
    parts: z.string().default('*'),
    /** Files and sockets that a service may hold beyond the growth in the control run. */
    handles: z.int().min(0).default(16),
    /** MiB by which its own memory may grow beyond the growth in the control run. */
    memoryMebibytes: z.number().min(0).default(64),
  }),
  looksAtUsage: true,
  underLoad: () => ({ not: 'it compares connections with those of a control run, and a load has none' }),
  judge(input, options) {
    const { edges, beyond, most, parts } = options;
    const grown = growthOf(input, parts);
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
      ...grown.flatMap(({ inCase, inControl }) => held(inCase, inControl, options)),
    ];
    const figures = {
      opened: opened.count,
      leftOpen: left.reduce((sum, { count }) => sum + Math.max(0, count), 0),
      cleanLeftOpen: [...clean.left.values()].reduce((sum, count) => sum + Math.max(0, count), 0),
      leaking: problems.length,
      partsLookedAt: grown.length,
      mostMemoryMebibytes: Math.round(Math.max(0, ...grown.map(({ inCase }) => inCase.memoryBytes / MIB))),
      mostHandles: Math.max(0, ...grown.map(({ inCase }) => inCase.descriptors)),
    };
    if (problems.length > 0) return fail(`${counted(problems.length, 'thing')} not given back`, problems, figures);
    if (opened.count + clean.count + grown.length === 0)
      return noData(`no connection was opened on ${edges}, and nobody looked at what services hold`, [], figures);
    return pass(
      `${figures.leftOpen} of ${counted(opened.count, 'connection')} left open, ${counted(grown.length, 'service')} with no more than a clean run leaves`,
      [],
      figures,
    );
  },
});

interface Allowed {
  readonly beyond: number;
  readonly handles: number;
  readonly memoryMebibytes: number;
}

/** What a service holds more than before, beyond what a clean run of the same work had it hold. */
function held(inCase: Growth, inControl: Growth | undefined, { beyond, handles, memoryMebibytes }: Allowed): string[] {
  const { part } = inCase;
  const over = (what: 'descriptors' | 'connections' | 'memoryBytes', more: number) =>
    inCase[what] > Math.max(0, inControl?.[what] ?? 0) + more;
  const asClean = (of: number | undefined) => `a clean run ${of === undefined ? 'is not known' : `left ${of}`}`;
  return [
    ...(over('descriptors', handles)
      ? [`${part} holds ${inCase.descriptors} files and sockets more than before; ${asClean(inControl?.descriptors)}`]
      : []),
    ...(over('connections', Math.max(beyond, handles))
      ? [`${part} has ${inCase.connections} connections more than before; ${asClean(inControl?.connections)}`]
      : []),
    ...(over('memoryBytes', memoryMebibytes * MIB)
      ? [
          `${part} holds ${mebibytes(inCase.memoryBytes)} MiB more than before; ${asClean(inControl && mebibytes(inControl.memoryBytes))}`,
        ]
      : []),
  ];
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / MIB);
}

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
