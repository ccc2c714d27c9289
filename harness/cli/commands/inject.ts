/** `faultline inject`: one fault, by hand, in the lab that is up; taken back after a while or by Ctrl-C; says how often it hit. */
import { type FaultEvidence, type FaultSpec, freshSeed, type Trigger } from '../../core/index.ts';
import { faultsOf, openFeed, planFaults } from '../../experiment/index.ts';
import { faultCatalogue } from '../../faults/index.ts';
import { requireUpLab } from '../bring-up.ts';
import type { CliCommand } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { countFromOne, durationMs, pair } from '../options.ts';
import { bold, print, printJson, say } from '../terminal.ts';

interface InjectFlags {
  readonly option: Record<string, unknown>;
  readonly operation?: string;
  readonly key?: string;
  readonly topic?: string;
  readonly group?: string;
  readonly nth?: number;
  readonly times?: number;
  readonly for?: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  faultline inject --list
  faultline inject latency 'payment->psp' --option latencyMs=800 --for 10s
  faultline inject lost-reply 'payment->psp' --operation 'POST /charges' --times 1
  faultline inject kill payment --for 3s
`;

const command: CliCommand = {
  name: 'inject',
  order: 22,
  build(program) {
    program
      .command('inject')
      .description('inject one fault by hand into the lab that is up')
      .argument('[fault]', 'name of the fault')
      .argument('[target]', 'edge (caller->callee) or part')
      .option('--list', 'print every fault with an example')
      .option('--option <name=value>', 'option of the fault; may be given more than once', pair, {})
      .option('--operation <operation>', 'only this operation (a trailing * is a prefix)')
      .option('--key <key>', 'only this key')
      .option('--topic <topic>', 'only this topic')
      .option('--group <group>', 'only this consumer group')
      .option('--nth <n>', 'from the n-th matching exchange on', countFromOne)
      .option('--times <n>', 'at most so often', countFromOne)
      .option('--for <duration>', 'take it back after this long (default: until Ctrl-C)', durationMs)
      .option('--json', 'print the evidence as JSON')
      .addHelpText('after', EXAMPLES)
      .action(
        async (fault: string | undefined, target: string | undefined, flags: InjectFlags & { list?: boolean }) => {
          if (flags.list || !fault || !target) return list();
          process.exitCode = await inject(fault, target, flags);
        },
      );
  },
};
export default command;

async function list(): Promise<void> {
  const { entries } = await faultCatalogue();
  for (const { name, summary, example, protocols, target } of entries.values()) {
    print(`${bold(name.padEnd(18))} ${summary} (${protocols?.join(', ') ?? `any ${target}`})`);
    print(`${' '.repeat(19)}faultline inject ${example}`);
  }
}

async function inject(fault: string, target: string, flags: InjectFlags): Promise<number> {
  const { operation, key, topic, group, nth, times } = flags;
  const given = Object.entries({ operation, key, topic, group, nth, times }).filter(([, value]) => value !== undefined);
  const trigger: Trigger = Object.fromEntries(given);
  const spec: FaultSpec = { fault, target, options: flags.option, trigger, scope: 'shared' };
  const lab = await requireUpLab();
  const set = await planFaults([spec], lab.topology);
  const signal = interruptSignal();
  const feed = await openFeed(lab);
  const caseId = freshSeed().toString(16).padStart(16, '0');
  const active = faultsOf(lab, feed, caseId, set);
  let evidence: readonly FaultEvidence[];
  try {
    await active.inject();
    say(`${fault} is on ${target}${flags.for ? '' : '; Ctrl-C takes it back'}`);
    await untilOver(flags.for, signal);
  } finally {
    await active.heal();
    evidence = await active.evidence();
    await feed.close();
    await lab.detach();
  }
  if (flags.json) printJson(evidence);
  else
    for (const { hits, countedBy } of evidence)
      print(`${fault} on ${target} is off again; ${hits} hits (${countedBy})`);
  return 0;
}

function untilOver(forMs: number | undefined, signal: AbortSignal): Promise<void> {
  const over = forMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(forMs)]);
  return new Promise((resolve) => {
    if (over.aborted) resolve();
    over.addEventListener('abort', () => resolve(), { once: true });
  });
}
