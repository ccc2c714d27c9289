/** In a hunt: every planted defect was found by the check it names. */
import { z } from 'zod';
import type { GateFinding } from '../../core/index.ts';
import { defineRule, notAsked, notKnown, outcome } from '../rule.ts';

export default defineRule({
  name: 'defects',
  order: 80,
  asks: 'every planted defect is found by the check it names',
  level: 'error',
  options: z.strictObject({}),
  hunts: true,
  judge({ run }) {
    const { defects } = run;
    if (defects === undefined) return notAsked('this run planted no defect');
    if (defects.length === 0) return notKnown('no defect was planted: nothing was hunted');
    const missed = defects.filter(({ found }) => !found);
    const findings = missed.map(
      ({ defect, expectedCheck, why }): GateFinding => ({
        status: 'fail',
        subject: defect,
        what: `not found by ${expectedCheck}: ${why ?? 'the check did not turn red'}`,
        file: `fixtures/defects/${defect}.ts`,
        repeat: `npx faultline defects ${defect}`,
      }),
    );
    return outcome(`${defects.length - missed.length} of ${defects.length} planted defects found`, findings);
  },
});
