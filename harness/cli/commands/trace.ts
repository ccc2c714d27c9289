/** `faultline trace`: prints the trace of one order as the services told it, from a saved run. */
import { join } from 'node:path';
import { type CaseResult, HarnessError, nearestNames, type RunFile } from '../../core/index.ts';
import { readHistory, type SpanNode, type Trace, traceOfSpans } from '../../history/index.ts';
import type { CliCommand } from '../command.ts';
import { findSavedRun } from '../saved-run.ts';
import { bold, dim, print, printJson } from '../terminal.ts';

const EXAMPLES = `
Services tell of their spans where their topology says so (SPANS=log, as in shop). Spans that lead to nobody's parent are roots: a connected
trace has one, that of the request at the door.

Exit code: 0 where the trace is connected, 1 where it is not, 64 where the run knows no such order.

Examples:
  faultline trace 6f1c2b7e-0d0e-4f4e-9f57-0a4b6c1d2e3f
  faultline trace 6f1c2b7e-0d0e-4f4e-9f57-0a4b6c1d2e3f --run 20260131T101500-shop
`;

const command: CliCommand = {
  name: 'trace',
  order: 63,
  build(program) {
    program
      .command('trace')
      .description('print the trace of one order as the services told it; boots nothing')
      .argument('<entity>', 'id of the order, or of a trace (32 hex digits)')
      .option('--run <run>', 'name or folder of a run', 'latest')
      .option('--json', 'print the spans as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (entity: string, flags: { run: string; json?: boolean }) => {
        process.exitCode = await showTrace(entity, flags.run, flags.json === true);
      });
  },
};
export default command;

async function showTrace(entity: string, named: string, json: boolean): Promise<number> {
  const { folder, run } = await findSavedRun(named);
  const seen: string[] = [];
  for (const { id } of casesOf(run)) {
    const { records, state } = await readHistory(join(folder, 'history', `${id}.ndjson`));
    const row = state.entities.find((one) => one.entity === entity);
    seen.push(...state.entities.map((one) => one.entity));
    const traceId = row?.trace ?? (/^[0-9a-f]{32}$/.test(entity) ? entity : undefined);
    if (traceId === undefined || traceId === null) continue;
    const trace = traceOfSpans(records, traceId);
    if (trace.spans === 0 && row === undefined) continue;
    if (json) printJson(trace);
    else printTrace(entity, trace);
    return trace.roots.length === 1 ? 0 : 1;
  }
  const near = nearestNames(entity, seen);
  throw new HarnessError({
    code: 'unknown-name',
    message: `the run ${run.id} knows no order "${entity}"`,
    hint:
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It has ${seen.length} orders; see its history folder.`,
  });
}

function casesOf(run: RunFile): CaseResult[] {
  return run.experiments.flatMap(({ control, case: broken }) => [control, broken].filter((one) => one !== undefined));
}

function printTrace(entity: string, { traceId, roots, spans, services }: Trace): void {
  const connected = roots.length === 1 ? 'connected' : `in ${roots.length} pieces`;
  print(`${bold(entity)}  trace ${traceId}, ${connected}`);
  const startedAt = Math.min(...roots.map(({ span }) => span.startedAt));
  for (const root of roots) printNode(root, startedAt, 0);
  print(dim(`${spans} spans of ${services.length} services: ${services.join(', ')}`));
  if (spans === 0) print(dim('No service told of a span: its topology sets no SPANS=log.'));
}

function printNode({ span, children }: SpanNode, startedAt: number, depth: number): void {
  const at = `+${(span.startedAt - startedAt).toFixed(1)}`.padStart(9);
  const took = `${span.tookMs.toFixed(1)} ms`.padStart(11);
  const name = `${'  '.repeat(depth)}${span.service} ${span.name}`;
  print(`${dim(at)} ${took}  ${name} ${dim(span.kind)}${span.failed ? bold(' failed') : ''}`);
  for (const child of children) printNode(child, startedAt, depth + 1);
}
