/** A harness that boots the tiny topology into the folder it is given, says so, and then waits to be ended. */
import { bootLab } from '../../../harness/runtime/index.ts';
import { loadTopology } from '../../../harness/topology/index.ts';
import { tools } from './tools-in-test.ts';

const [folder = '', ...flags] = process.argv.slice(2);
await bootLab({
  topology: await loadTopology('tiny'),
  tools: await tools(),
  folder,
  detached: flags.includes('--detached'),
});
process.stdout.write('up\n');
if (!flags.includes('--leave')) setInterval(() => {}, 60_000);
