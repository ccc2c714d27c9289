/** `faultline contracts verify`: every contract against the running providers, without experiments. */
import { type ContractMatrix, freshSeed, HarnessError, type Topology } from '../../core/index.ts';
import { chooseTopology } from '../choose-topology.ts';
import type { CliCommand } from '../command.ts';
import { planContracts } from '../plan-contracts.ts';
import { DEFAULT_TOPOLOGY } from '../project.ts';
import { recordedRun } from '../recorded-run.ts';
import { printOutcome } from '../save-run.ts';
import { print, printJson, verdictWord } from '../terminal.ts';
import { verifyInLab } from '../verify-in-lab.ts';

interface VerifyFlags {
  readonly topology?: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  faultline contracts verify
  faultline contracts verify --json
`;

const command: CliCommand = {
  name: 'contracts',
  order: 30,
  boots: true,
  build(program) {
    const contracts = program
      .command('contracts')
      .description('contracts between the services')
      .addHelpText('after', EXAMPLES);
    contracts
      .command('verify')
      .description('verify every contract against the running providers (in the lab that is up, or one booted for it)')
      .option('--topology <name>', `topology (default: that of the lab that is up, else ${DEFAULT_TOPOLOGY})`)
      .option('--fresh', 'boot a lab of its own although one is up')
      .option('--json', 'print the matrix as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (flags: VerifyFlags) => {
        process.exitCode = await verify(flags);
      });
  },
};
export default command;

async function verify({ topology: named, fresh = false, json }: VerifyFlags): Promise<number> {
  const hasContracts = async (candidate: Topology) => (await planContracts(candidate)) !== undefined;
  const topology = await chooseTopology(named, hasContracts, DEFAULT_TOPOLOGY);
  if (!(await hasContracts(topology))) {
    const hint = 'name its topology in the contract set-up: fixtures/contracts/setup.ts';
    throw new HarnessError({
      code: 'bad-argument',
      message: `there are no contracts for topology ${topology.name}`,
      hint,
    });
  }
  const { run, folder, exitCode } = await recordedRun(
    { name: 'contracts', topology, seed: freshSeed(), fresh, latest: false, planned: [] },
    async ({ lab, signal }, findings) => {
      const matrix = await verifyInLab(lab, signal);
      if (matrix) findings.contracts = matrix;
    },
  );
  if (json) printJson(run.contracts ?? null);
  else {
    if (run.contracts) printMatrix(run.contracts);
    printOutcome({ ...run, contracts: undefined }, folder);
  }
  return exitCode;
}

function printMatrix({ pairs }: ContractMatrix): void {
  for (const { consumer, provider, kind, verdict, problem = '', interactions } of pairs) {
    print(`${verdictWord(verdict)} ${consumer} -> ${provider} (${kind}) ${problem}`.trimEnd());
    for (const { description, verdict: said, problems } of interactions) {
      if (said !== 'pass') print(`    ${verdictWord(said)} ${description}: ${problems.join('; ')}`);
    }
  }
}
