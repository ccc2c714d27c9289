/** `faultline up`: boots a topology and keeps it up, for `inject`, `replay`, `contracts verify` and for looking around. */
import { writeFile } from 'node:fs/promises';
import { edgeId, HarnessError, type Lab, systemClock } from '../../core/index.ts';
import { takeDownLab } from '../../runtime/index.ts';
import { loadTopology } from '../../topology/index.ts';
import { bringUp, findUpLab } from '../bring-up.ts';
import type { CliCommand } from '../command.ts';
import { forgetUpLab } from '../forget-up-lab.ts';
import { interruptSignal } from '../interrupt.ts';
import { DEFAULT_TOPOLOGY, PLACES } from '../project.ts';
import { makeRunFolder } from '../run-folder.ts';
import { print, printJson, say } from '../terminal.ts';

interface UpFlags {
  readonly topology: string;
  readonly detach?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  faultline up                 boots shop-small, ends with Ctrl-C
  faultline up --detach        comes back at once; faultline down ends it
`;

const command: CliCommand = {
  name: 'up',
  order: 20,
  build(program) {
    program
      .command('up')
      .description('boot the system and keep it up')
      .option('--topology <name>', 'topology to boot', DEFAULT_TOPOLOGY)
      .option('--detach', 'leave it running and come back')
      .option('--json', 'print addresses as JSON')
      .addHelpText('after', EXAMPLES)
      .action(async (flags: UpFlags) => {
        process.exitCode = await up(flags);
      });
  },
};
export default command;

async function up(flags: UpFlags): Promise<number> {
  const topology = await loadTopology(flags.topology);
  const already = await findUpLab();
  if (already) {
    await already.detach();
    throw new HarnessError({
      code: 'bad-argument',
      message: `a lab is up already (${already.topology.name})`,
      hint: 'end it: npx faultline down',
    });
  }
  const signal = interruptSignal();
  const folder = await makeRunFolder(`up-${topology.name}`, systemClock.now());
  const lab = await bringUp({ topology, folder: folder.path, signal, ...(flags.detach ? { detached: true } : {}) });
  await writeFile(PLACES.upFile, JSON.stringify({ descriptor: `${lab.descriptor.folder}/lab.json` }));
  if (flags.json) printJson(addresses(lab));
  else printAddresses(lab);
  if (flags.detach) {
    await lab.detach();
    return 0;
  }
  say('up until Ctrl-C');
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await takeDownLab(lab);
  await forgetUpLab();
  return 0;
}

function addresses({ descriptor }: Lab) {
  const { topology, edges, parts, folder } = descriptor;
  const doors = topology.edges.filter(({ caller }) => caller === 'driver').map(edgeId);
  return {
    topology: topology.name,
    doors: edges
      .filter(({ id }) => doors.includes(id))
      .map(({ id, host, wirePort }) => ({ edge: id, address: `${host}:${wirePort}` })),
    parts: parts.map(({ name, kind, host, port }) => ({ name, kind, address: `${host}:${port}` })),
    logs: `${folder}/logs`,
  };
}

function printAddresses(lab: Lab): void {
  const { doors, parts, logs } = addresses(lab);
  for (const { edge, address } of doors) print(`door   ${edge.padEnd(24)} ${address}`);
  for (const { name, kind, address } of parts) print(`part   ${name.padEnd(24)} ${address}  ${kind}`);
  print(`logs   ${logs}`);
}
