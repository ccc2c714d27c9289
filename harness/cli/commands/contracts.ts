/** `faultline contracts verify`: every contract against the running providers, without experiments. */
import { HarnessError, systemClock } from '../../core/index.ts';
import { takeDownLab } from '../../runtime/index.ts';
import { loadTopology } from '../../topology/index.ts';
import { bringUp, findUpLab } from '../bring-up.ts';
import type { CliCommand } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { DEFAULT_TOPOLOGY } from '../project.ts';
import { makeRunFolder } from '../run-folder.ts';
import { print, printJson, verdictWord } from '../terminal.ts';
import { verifyInLab } from '../verify-in-lab.ts';

interface VerifyFlags {
  readonly topology: string;
  readonly json?: boolean;
}

const command: CliCommand = {
  name: 'contracts',
  order: 30,
  build(program) {
    const contracts = program.command('contracts').description('contracts between the services');
    contracts
      .command('verify')
      .description('verify every contract against the running providers (in the lab that is up, or one booted for it)')
      .option('--topology <name>', 'topology to boot', DEFAULT_TOPOLOGY)
      .option('--json', 'print the matrix as JSON')
      .addHelpText('after', '\nExamples:\n  faultline contracts verify\n  faultline contracts verify --json\n')
      .action(async (flags: VerifyFlags) => {
        process.exitCode = await verify(flags);
      });
  },
};
export default command;

async function verify(flags: VerifyFlags): Promise<number> {
  const signal = interruptSignal();
  const up = await findUpLab();
  const lab =
    up ??
    (await bringUp({
      topology: await loadTopology(flags.topology),
      folder: (await makeRunFolder('contracts', systemClock.now())).path,
      signal,
    }));
  try {
    const matrix = await verifyInLab(lab, signal);
    if (flags.json) printJson(matrix);
    for (const pair of flags.json ? [] : matrix.pairs) {
      print(`${verdictWord(pair.verdict)} ${pair.consumer} -> ${pair.provider} (${pair.kind}) ${pair.problem ?? ''}`);
      for (const { description, verdict, problems } of pair.interactions) {
        if (verdict !== 'pass') print(`    ${verdictWord(verdict)} ${description}: ${problems.join('; ')}`);
      }
    }
    return matrix.verdict === 'pass' ? 0 : matrix.verdict === 'fail' ? 1 : 2;
  } catch (thrown) {
    if (signal.aborted) throw new HarnessError({ code: 'interrupted', message: 'ended by Ctrl-C', cause: thrown });
    throw thrown;
  } finally {
    await (up ? lab.detach() : takeDownLab(lab));
  }
}
