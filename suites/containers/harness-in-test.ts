/** A harness that boots the outside world in containers into the folder it is given, says so, and waits to be ended. */
import { createServer } from 'node:net';
import { bootLab, chooseRuntime } from '../../harness/runtime/index.ts';
import { ensureTools } from '../../harness/setup/index.ts';
import { outsideWorld } from './outside-world.ts';

const [folder = ''] = process.argv.slice(2);
const choice = await chooseRuntime('containers', outsideWorld);
await bootLab({ topology: outsideWorld, tools: await ensureTools(['node'], () => {}), folder, choice });
process.stdout.write('up\n');
// Something to live for.
createServer().listen(0, '127.0.0.1');
