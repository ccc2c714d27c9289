/** `faultline up`: boots a topology and keeps it up, for `run`, `inject`, `replay`, `contracts verify` and for looking around. */
import { Option } from 'commander';
import { edgeId, type Lab, systemClock } from '../../core/index.ts';
import { takeDownLab } from '../../runtime/index.ts';
import { loadTopology } from '../../topology/index.ts';
import { bringUp } from '../bring-up.ts';
import type { CliCommand } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { DEFAULT_TOPOLOGY } from '../project.ts';
import { dropEmptyFolder, makeRunFolder, type RunFolder } from '../run-folder.ts';
import { dim, print, printJson, say } from '../terminal.ts';
import { forgetUpLab, rememberUpLab, requireNoUpLab } from '../up-lab.ts';
import { watchParts } from '../watch-parts.ts';

interface UpFlags {
  readonly topology: string;
  readonly detach?: boolean;
  readonly json?: boolean;
  readonly env?: boolean;
}

const EXAMPLES = `
Examples:
  faultline up                 boots shop, ends with Ctrl-C
  faultline up --detach        comes back once it is up; faultline down ends it
  faultline up --topology tiny --json
  eval "$(faultline up --detach --env)"   then: curl $GATEWAY_URL/api/v1/products
`;

const command: CliCommand = {
  name: 'up',
  order: 20,
  boots: true,
  build(program) {
    program
      .command('up')
      .description('boot the system and keep it up')
      .option('--topology <name>', 'topology to boot', DEFAULT_TOPOLOGY)
      .option('--detach', 'leave it running and come back')
      .option('--json', 'print addresses as JSON')
      .addOption(new Option('--env', 'print addresses as lines for a shell to evaluate').conflicts('json'))
      .addHelpText('after', EXAMPLES)
      .action(async (flags: UpFlags) => {
        process.exitCode = await up(flags);
      });
  },
};
export default command;

async function up(flags: UpFlags): Promise<number> {
  const topology = await loadTopology(flags.topology);
  await requireNoUpLab();
  const signal = interruptSignal();
  const folder = await makeRunFolder(`up-${topology.name}`, systemClock.now(), []);
  const lab = await bringUp({
    ...{ topology, folder: folder.path, signal },
    ...(flags.detach ? { detached: true } : {}),
  }).catch(async (thrown) => {
    await leaveFolder(folder);
    throw thrown;
  });
  try {
    // Another one may have come up while this one booted.
    await requireNoUpLab();
    await rememberUpLab(lab);
    if (flags.env) printForShell(lab);
    else if (flags.json) printJson(addresses(lab));
    else printAddresses(lab);
    if (flags.detach) {
      await lab.detach();
      return 0;
    }
  } catch (thrown) {
    await takeDownLab(lab);
    throw thrown;
  }
  return keepUp(lab, signal);
}

/** Until Ctrl-C, or until somebody else takes it down; says what becomes of its parts meanwhile. */
async function keepUp(lab: Lab, signal: AbortSignal): Promise<number> {
  say('up until Ctrl-C');
  const ended = await watchParts(lab, signal);
  await forgetUpLab(lab);
  await takeDownLab(lab);
  if (ended === 'gone') say(`${lab.topology.name} was taken down from outside`);
  return 0;
}

async function leaveFolder(folder: RunFolder): Promise<void> {
  if (!(await dropEmptyFolder(folder))) say(dim(`the logs are kept: ${folder.path}/logs`));
}

function addresses({ descriptor }: Lab) {
  const { topology, edges, parts, folder } = descriptor;
  const doors = topology.edges.filter(({ caller }) => caller === 'driver').map(edgeId);
  return {
    topology: topology.name,
    doors: edges
      .filter(({ id }) => doors.includes(id))
      .map(({ id, host, wirePort, authorityFile }) => ({
        edge: id,
        address: `${host}:${wirePort}`,
        ...(authorityFile !== undefined && { trust: authorityFile }),
      })),
    parts: parts.map(({ name, kind, host, port }) => ({ name, kind, address: `${host}:${port}` })),
    logs: `${folder}/logs`,
  };
}

function printAddresses(lab: Lab): void {
  const { doors, parts, logs } = addresses(lab);
  for (const { edge, address, trust } of doors) {
    print(`door   ${edge.padEnd(24)} ${address}${trust === undefined ? '' : `  HTTPS; trust ${trust}`}`);
  }
  for (const { name, kind, address } of parts) print(`part   ${name.padEnd(24)} ${address}  ${kind}`);
  print(`logs   ${logs}`);
}

/** A variable for each door, and whom curl is to trust. Addresses and paths of ours hold nothing that a shell would take apart. */
function printForShell(lab: Lab): void {
  const { doors } = addresses(lab);
  for (const { edge, address, trust } of doors) {
    const name = edge.slice('driver->'.length).toUpperCase().replaceAll('-', '_');
    print(`export ${name}_URL=${trust === undefined ? 'http' : 'https'}://${address}`);
  }
  const trusted = doors.find(({ trust }) => trust !== undefined)?.trust;
  if (trusted !== undefined) print(`export CURL_CA_BUNDLE='${trusted.replaceAll("'", "'\\''")}'`);
}
