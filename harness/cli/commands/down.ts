/** `faultline down`: ends the lab that `faultline up` holds. */
import { takeDownLab } from '../../runtime/index.ts';
import { requireUpLab } from '../bring-up.ts';
import type { CliCommand } from '../command.ts';
import { forgetUpLab } from '../forget-up-lab.ts';
import { say } from '../terminal.ts';

const command: CliCommand = {
  name: 'down',
  order: 21,
  build(program) {
    program
      .command('down')
      .description('end the lab that is up')
      .addHelpText('after', '\nExample:\n  faultline down\n')
      .action(async () => {
        const lab = await requireUpLab();
        await takeDownLab(lab);
        await forgetUpLab();
        say(`${lab.topology.name} is down`);
      });
  },
};
export default command;
