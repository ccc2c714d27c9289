/** Every contract of the matrix holds. */
import { z } from 'zod';
import type { ContractPair, GateFinding } from '../../core/index.ts';
import { defineRule, notAsked, notKnown, outcome } from '../rule.ts';

export default defineRule({
  name: 'contracts',
  order: 30,
  asks: 'every contract between two services holds',
  level: 'error',
  options: z.strictObject({}),
  judge({ run }) {
    const { contracts } = run;
    const repeat = `npx faultline contracts verify --topology ${run.topology.name}`;
    if (contracts === undefined && run.load !== undefined) return notAsked('no contract in this run, only a load');
    if (contracts === undefined || contracts.pairs.length === 0)
      return notKnown(`this run verified no contract: nothing can be said (${repeat})`);
    const findings = contracts.pairs.flatMap((pair) => findingsOf(pair, repeat));
    const holding = contracts.pairs.filter(({ verdict }) => verdict === 'pass').length;
    const interactions = contracts.pairs.reduce((sum, pair) => sum + pair.interactions.length, 0);
    return outcome(`${holding} of ${contracts.pairs.length} contracts hold (${interactions} interactions)`, findings);
  },
});

/** One finding for each interaction that does not hold; one for the pair where it is broken as a whole. */
function findingsOf(pair: ContractPair, repeat: string): GateFinding[] {
  const { consumer, provider, kind, file, verdict, problem, interactions } = pair;
  if (verdict === 'pass') return [];
  const common = { subject: `contract ${consumer} -> ${provider} (${kind})`, file, repeat };
  const bad = interactions.filter((interaction) => interaction.verdict !== 'pass');
  if (problem !== undefined || bad.length === 0)
    return [{ ...common, status: verdict, what: problem ?? 'does not hold, and no interaction says why' }];
  return bad.map(({ description, verdict: status, problems }) => ({
    ...common,
    status,
    named: description,
    what: `${description}: ${problems[0] ?? 'no reason given'}`,
  }));
}
