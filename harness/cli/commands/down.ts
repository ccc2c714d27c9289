/** `faultline down`: ends the lab that `faultline up` holds. */
import { join } from 'node:path';
import { takeDownLab } from '../../runtime/index.ts';
import type { CliCommand } from '../command.ts';
import { dim, printJson, say } from '../terminal.ts';
import { forgetUpLab, requireUpLab } from '../up-lab.ts';

const command: CliCommand = {
  name: 'down',
  order: 21,
  build(program) {
    program
      .command('down')
      .description('end the lab that is up')
      .option('--json', 'print what ended as JSON')
      .addHelpText('after', '\nExample:\n  faultline down\n')
      .action(async ({ json }: { json?: boolean }) => {
        const lab = await requireUpLab();
        await takeDownLab(lab);
        await forgetUpLab(lab);
        const logs = join(lab.descriptor.folder, 'logs');
        say(`${lab.topology.name} is down ${dim(`(its logs are kept: ${logs})`)}`);
        if (json) printJson({ topology: lab.topology.name, logs });
      });
  },
};
export default command;
