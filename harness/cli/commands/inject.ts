/** `faultline inject`: one fault, by hand, in the lab that is up; taken back after a while or by Ctrl-C; says how often it hit. */
import {
  type FaultEvidence,
  type FaultSpec,
  freshSeed,
  HarnessError,
  systemClock,
  type Trigger,
} from '../../core/index.ts';
import { faultsOf, openFeed, planFaults } from '../../experiment/index.ts';
import { faultCatalogue } from '../../faults/index.ts';
import type { CliCommand } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { countFromOne, durationMs, headerOf, pair, shareOf } from '../options.ts';
import { bold, duration, print, printJson, say } from '../terminal.ts';
import { requireUpLab } from '../up-lab.ts';

interface InjectFlags {
  readonly option?: Record<string, unknown>;
  readonly operation?: string;
  readonly key?: string;
  readonly topic?: string;
  readonly group?: string;
  readonly nth?: number;
  readonly every?: number;
  readonly share?: number;
  readonly header?: { readonly name: string; readonly value?: string };
  readonly times?: number;
  readonly for?: number;
  readonly json?: boolean;
}

const LOOK_EVERY_MS = 500;

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
      .option('--option <name=value>', 'option of the fault; may be given more than once', pair)
      .option('--operation <operation>', 'only this operation (a trailing * is a prefix)')
      .option('--key <key>', 'only this key')
      .option('--topic <topic>', 'only this topic')
      .option('--group <group>', 'only this consumer group')
      .option('--nth <n>', 'from the n-th matching exchange on', countFromOne)
      .option('--every <n>', 'of those every so many', countFromOne)
      .option('--share <share>', 'of those a share by chance, 0 to 1', shareOf)
      .option('--header <name[=value]>', 'only exchanges with this header', headerOf)
      .option('--times <n>', 'at most so often', countFromOne)
      .option('--for <duration>', 'take it back after this long (default: until Ctrl-C)', durationMs)
      .option('--json', 'print the evidence (or the list) as JSON')
      .addHelpText('after', EXAMPLES)
      .action(
        async (fault: string | undefined, target: string | undefined, flags: InjectFlags & { list?: boolean }) => {
          if (flags.list || fault === undefined) return list(flags.json === true);
          process.exitCode = await inject(fault, target, flags);
        },
      );
  },
};
export default command;

async function list(json: boolean): Promise<void> {
  const { entries } = await faultCatalogue();
  const kinds = [...entries.values()];
  if (json) {
    return printJson(
      kinds.map(({ name, summary, target, protocols, scopes, example }) => ({
        ...{ name, summary, target, protocols, scopes, example },
      })),
    );
  }
  for (const { name, summary, example, protocols, target } of kinds) {
    print(`${bold(name.padEnd(18))} ${summary} (${protocols?.join(', ') ?? `any ${target}`})`);
    print(`${' '.repeat(19)}faultline inject ${example}`);
  }
}

async function inject(fault: string, target: string | undefined, flags: InjectFlags): Promise<number> {
  const { example } = (await faultCatalogue()).get(fault);
  if (target === undefined) {
    const hint = `example: faultline inject ${example}`;
    throw new HarnessError({ code: 'bad-argument', message: `fault ${fault} needs a target`, hint });
  }
  const { operation, key, topic, group, header, nth, every, share, times } = flags;
  const conditions = { operation, key, topic, group, header, nth, every, share, times };
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  const trigger: Trigger = Object.fromEntries(given);
  const spec: FaultSpec = { fault, target, options: flags.option ?? {}, trigger, scope: 'shared' };
  const lab = await requireUpLab();
  const set = await planFaults([spec], lab.topology, { runtime: lab.descriptor.runtime });
  const feed = await openFeed(lab);
  try {
    const caseId = freshSeed().toString(16).padStart(16, '0');
    const evidence = await whileOn(faultsOf(lab, feed, caseId, set), spec, flags);
    if (flags.json) printJson(evidence);
    for (const { hits, countedBy } of flags.json ? [] : evidence)
      print(`${fault} on ${target} is off again; ${hits} hits (${countedBy})`);
  } finally {
    await feed.close();
    await lab.detach();
  }
  return 0;
}

/** From the injection to the heal, whatever ends it. */
async function whileOn(
  active: ReturnType<typeof faultsOf>,
  { fault, target }: FaultSpec,
  { for: forMs, times }: InjectFlags,
): Promise<readonly FaultEvidence[]> {
  const signal = interruptSignal('taking the fault back');
  try {
    await active.inject();
    const until = [forMs && `for ${duration(forMs)}`, times && `until it hit ${times}`].filter(Boolean);
    say(`${fault} is on ${target}${until.length > 0 ? ` ${until.join(' or ')}` : ''}; Ctrl-C takes it back`);
    await untilOver(active, { forMs, times, signal });
  } finally {
    await active.heal();
  }
  return active.evidence();
}

interface End {
  readonly forMs: number | undefined;
  readonly times: number | undefined;
  readonly signal: AbortSignal;
}

/** Says each time that it hit again. */
async function untilOver(active: ReturnType<typeof faultsOf>, { forMs, times, signal }: End): Promise<void> {
  const over = forMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(forMs)]);
  let seen = 0;
  for (;;) {
    await systemClock.delay(LOOK_EVERY_MS, over).catch(() => {});
    if (over.aborted) return;
    const [evidence] = await active.evidence();
    const hits = evidence?.hits ?? 0;
    if (hits !== seen) say(`${hits} hits`);
    seen = hits;
    if (times !== undefined && hits >= times) return;
  }
}
