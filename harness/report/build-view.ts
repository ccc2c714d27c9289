/** From a run and its histories to what the panels see: every case is digested once and its records are let go. */
import type { CaseResult, RunFile } from '../core/index.ts';
import { edgeId, messageOf } from '../core/index.ts';
import { type Anchors, anchors } from './anchor.ts';
import type { Panels } from './catalogue.ts';
import { type CaseDigest, digestCase } from './digest/case.ts';
import { isHunt, tallyOf } from './digest/tally.ts';
import { firstTrouble, missedDefect } from './trouble.ts';
import type { ExperimentView, PageView, ReportInput, TargetHits } from './view.ts';

export async function buildView(input: ReportInput, panels: Panels): Promise<PageView> {
  const { run } = input;
  const anchorFor = anchors(['main', 'contents', 'filter', ...panels.page.map((panel) => panel.name)]);
  const experiments: ExperimentView[] = [];
  for (const result of run.experiments) experiments.push(await experimentView(result, input, anchorFor(result.slug)));
  const pairs = pairViews(run, anchorFor);
  const first = isHunt(run) ? missedDefect(run) : firstTrouble(experiments, pairs, run.topology.name, run.load);
  return {
    run,
    experiments,
    pairs,
    tally: tallyOf(run),
    ...(first === undefined ? {} : { first }),
    ...(input.gate === undefined ? {} : { gate: input.gate }),
    ...hitsByTarget(run, experiments),
    experimentPanels: panels.experiment,
  };
}

function pairViews(run: RunFile, anchorFor: Anchors): PageView['pairs'] {
  return (run.contracts?.pairs ?? []).map((pair) => ({
    pair,
    anchor: anchorFor(`contract-${pair.consumer}-${pair.provider}-${pair.kind}`),
  }));
}

async function experimentView(
  result: RunFile['experiments'][number],
  input: ReportInput,
  anchor: string,
): Promise<ExperimentView> {
  const problems: string[] = [];
  const digest = async (part: CaseResult | undefined): Promise<CaseDigest | undefined> => {
    if (part === undefined) return undefined;
    try {
      return digestCase(part, await input.histories(part.id), input.run.topology);
    } catch (thrown) {
      problems.push(
        `The history of the ${part.kind === 'control' ? 'control run' : 'case'} could not be read: ` +
          `${messageOf(thrown)}`,
      );
      return undefined;
    }
  };
  const control = await digest(result.control);
  const withFaults = await digest(result.case);
  return {
    result,
    anchor,
    problems,
    ...(control === undefined ? {} : { control }),
    ...(withFaults === undefined ? {} : { case: withFaults }),
  };
}

/**
 * Hits by edge and by part. A fault that names an edge counts there; one that names a part counts at the part,
 * and on those edges where the wire's record shows its exchanges.
 */
function hitsByTarget(run: RunFile, experiments: readonly ExperimentView[]): Pick<PageView, 'edgeHits' | 'partHits'> {
  const edges = new Set(run.topology.edges.map(edgeId));
  const edgeHits = new Map<string, TargetHits>();
  const partHits = new Map<string, TargetHits>();
  for (const { result, case: digest } of experiments) {
    for (const fault of result.case?.faults ?? []) {
      const { target } = fault.spec;
      if (edges.has(target)) add(edgeHits, target, fault.hits, result.name);
      else add(partHits, target, fault.hits, result.name);
      if (edges.has(target)) continue;
      for (const [edge, hits] of digest?.touched.get(fault.id) ?? []) add(edgeHits, edge, hits, result.name);
    }
  }
  for (const { spec, hits } of run.load?.faults ?? []) {
    add(edges.has(spec.target) ? edgeHits : partHits, spec.target, hits, `load ${run.load?.scenario}`);
  }
  return { edgeHits, partHits };
}

function add(hits: Map<string, TargetHits>, target: string, more: number, experiment: string): void {
  const before = hits.get(target);
  hits.set(target, {
    hits: (before?.hits ?? 0) + more,
    experiments: [...new Set([...(before?.experiments ?? []), experiment])],
  });
}
