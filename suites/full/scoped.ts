/** False alarms of cases that run beside each other: nothing is wrong with the shop, so none may be red. */
import { runScopedCases } from '../../harness/experiment/index.ts';
import { scopedCases } from '../bench/scoped.ts';
import type { Budget } from './budget.ts';
import { inLab } from './lab.ts';
import type { Progress } from './progress.ts';

/** Cases of one batch; between batches the time is looked at. */
const BATCH = 100;
const AT_ONCE = 25;

export async function measureScoped(
  { found, save }: Progress,
  wanted: { readonly scoped: number },
  budget: Budget,
): Promise<void> {
  const { scoped } = found;
  if (scoped.of >= wanted.scoped || budget.isOver()) return;
  await inLab('shop-small', async (session) => {
    while (scoped.of < wanted.scoped && !budget.isOver()) {
      const experiments = scopedCases(`full-${scoped.of}`, Math.min(BATCH, wanted.scoped - scoped.of));
      const { cases, rerunAlone } = await runScopedCases(session, experiments, {
        signal: budget.signal,
        concurrency: AT_ONCE,
      });
      for (const [index, { verdict, verdicts }] of cases.entries()) {
        scoped.of++;
        if (verdict === 'unknown') scoped.unknown++;
        const red = verdicts.find(({ status }) => status === 'fail');
        if (red) scoped.falseAlarms.push(`${experiments[index]?.name}: ${red.check}: ${red.summary}`);
      }
      scoped.rerunAlone += rerunAlone;
      await save();
      budget.say(`  ${scoped.of} of ${wanted.scoped}, ${scoped.falseAlarms.length} red`);
    }
  });
}
