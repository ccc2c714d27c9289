/** `faultline list`: every fault and every check with its options, where it can act, and an example. */
import { checkCatalogue } from '../../checks/index.ts';
import { HarnessError, nearestNames } from '../../core/index.ts';
import { type FaultKind, faultCatalogue } from '../../faults/index.ts';
import type { CliCommand } from '../command.ts';
import { optionLine, optionRows } from '../describe-options.ts';
import { bold, dim, print, printJson } from '../terminal.ts';

const EXAMPLES = `
Examples:
  faultline list faults
  faultline list faults --protocol grpc
  faultline list checks --json
`;

const WHAT = ['faults', 'checks'] as const;

interface ListFlags {
  readonly json?: boolean;
  readonly protocol?: string;
}

const command: CliCommand = {
  name: 'list',
  order: 24,
  build(program) {
    program
      .command('list')
      .description('print every fault, or every check, with options and examples')
      .argument('<what>', WHAT.join(' or '))
      .option('--protocol <protocol>', 'faults of edges that speak it')
      .option('--json', 'print it as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (what: string, flags: ListFlags) => {
        if (what === 'faults') await listFaults(flags);
        else if (what === 'checks') await listChecks(flags);
        else throw unknown(what);
      });
  },
};
export default command;

function unknown(what: string): HarnessError {
  const [near] = nearestNames(what, WHAT);
  const hint = near === undefined ? `it can list ${WHAT.join(' and ')}` : `did you mean ${near}?`;
  return new HarnessError({ code: 'unknown-name', message: `there is no list of "${what}"`, hint });
}

async function listFaults({ json, protocol }: ListFlags): Promise<void> {
  const all = [...(await faultCatalogue()).entries.values()];
  const spoken = [...new Set(all.flatMap(({ protocols = [] }) => protocols))].sort();
  if (protocol !== undefined && !spoken.some((one) => one === protocol)) {
    const hint = `faults are bound to: ${spoken.join(', ')}`;
    throw new HarnessError({ code: 'unknown-name', message: `no fault acts on the protocol "${protocol}"`, hint });
  }
  const kinds = all.filter(({ target, protocols }) => {
    if (protocol === undefined) return true;
    return target === 'edge' && (protocols?.some((one) => one === protocol) ?? true);
  });
  if (json) {
    printJson(
      kinds.map(({ name, summary, target, protocols, runtimes, scopes, triggered, options, example }) => {
        const where = { target, protocols, runtimes, scopes, triggered: triggered === true };
        return { name, summary, ...where, options: optionRows(options), example: `faultline inject ${example}` };
      }),
    );
    return;
  }
  for (const kind of kinds) {
    print(`${bold(kind.name)}  ${kind.summary}`);
    print(`  ${dim('on')}       ${placesOf(kind)}`);
    for (const row of optionRows(kind.options)) print(`  ${dim('option')}   ${optionLine(row)}`);
    print(`  ${dim('example')}  faultline inject ${kind.example}`);
  }
}

/** `http, grpc edges; one case or everybody; with a trigger`. */
function placesOf({ target, protocols, runtimes, scopes, triggered }: FaultKind): string {
  const words = { case: 'one case', shared: 'everybody' };
  return [
    target === 'part' ? 'any part' : `${protocols?.join(', ') ?? 'all'} edges`,
    scopes.map((scope) => words[scope]).join(' or '),
    triggered ? 'with a trigger' : undefined,
    runtimes === undefined ? undefined : `labs of ${runtimes.join(', ')} only`,
  ]
    .filter((text) => text !== undefined)
    .join('; ');
}

async function listChecks({ json }: ListFlags): Promise<void> {
  const kinds = [...(await checkCatalogue()).entries.values()];
  if (json) {
    printJson(kinds.map(({ name, summary, options }) => ({ name, summary, options: optionRows(options) })));
    return;
  }
  for (const { name, summary, options } of kinds) {
    print(`${bold(name)}  ${summary}`);
    const rows = optionRows(options);
    for (const row of rows) print(`  ${dim('option')}   ${optionLine(row)}`);
    const needed = rows.filter(({ required }) => required).map((row) => `${row.name}: …`);
    print(`  ${dim('example')}  { ${[`check: '${name}'`, ...needed].join(', ')} }`);
  }
}
