/** The quarantine is in order: nothing expired, no name that is not there, no entry that cannot be read. */
import { z } from 'zod';
import type { GateFinding } from '../../core/index.ts';
import { defineRule, notAsked, outcome } from '../rule.ts';

const IN_ORDER = new Set(['active', 'idle']);

export default defineRule({
  name: 'quarantine',
  order: 110,
  asks: 'every entry of the quarantine is in order',
  level: 'warn',
  options: z.strictObject({}),
  judge({ quarantine: { states } }) {
    if (states.length === 0) return notAsked('nothing is quarantined');
    const findings = states.map(
      ({ state, experiment, what }): GateFinding => ({
        status: IN_ORDER.has(state) ? 'pass' : 'fail',
        subject: experiment,
        what,
      }),
    );
    const wrong = findings.filter(({ status }) => status === 'fail').length;
    const active = states.filter(({ state }) => state === 'active').length;
    return outcome(`${states.length} entries: ${active} cover a failure, ${wrong} not in order`, findings);
  },
});
