/** A harness that boots the outside world in containers into the folder it is given, says so, and waits to be ended. */
import { bootLab, chooseRuntime } from '../../harness/runtime/index.ts';
import { ensureTools } from '../../harness/setup/index.ts';
import { outsideWorld } from './outside-world.ts';

const [folder = ''] = process.argv.slice(2);
const choice = await chooseRuntime('containers', outsideWorld);
await bootLab({ topology: outsideWorld, tools: await ensureTools(['node'], () => {}), folder, choice });
process.stdout.write('up\n');
setInterval(() => {}, 60_000);
