/** Nothing has got worse since the baseline: no verdict turned, no duration grew by more than noise. */
import { z } from 'zod';
import type { GateFinding } from '../../core/index.ts';
import type { Comparison, FigureChange } from '../../report/index.ts';
import { findingOn, type Quarantine } from '../quarantine.ts';
import { defineRule, notAsked, outcome } from '../rule.ts';

export default defineRule({
  name: 'baseline',
  order: 70,
  asks: 'nothing got worse since the baseline',
  level: 'error',
  options: z.strictObject({
    /** Figures to compare, by name. Default: the time to recover, or else to quiet. */
    figures: z.array(z.string()).optional(),
    alpha: z.number().gt(0).lt(1).optional(),
    minimumMs: z.number().nonnegative().optional(),
    minimumShare: z.number().nonnegative().optional(),
    /** Durations that cannot be told from noise make the rule unknown, in place of being noted. */
    needsRepeats: z.boolean().default(false),
  }),
  judge({ comparison, quarantine }, { needsRepeats }) {
    if (comparison === undefined) return notAsked('no baseline was named: --baseline <run>');
    const untold = comparison.figures.filter(({ change }) => change === 'untold');
    const findings = [...changes(comparison, quarantine), ...notes(comparison)];
    findings.push(
      ...untold.map(
        (figure): GateFinding =>
          needsRepeats ? onFigure(figure, 'unknown', figure.what, quarantine) : shown(figure.subject, figure.what),
      ),
    );
    const worse = findings.filter(({ status }) => status === 'fail').length;
    const told = comparison.figures.length - untold.length;
    const durations = `durations: ${told} compared, ${untold.length} not to be told from noise`;
    const head = worse === 0 ? 'nothing is shown to be worse than' : `${worse} worse than`;
    return outcome(`${head} ${comparison.base.id}; ${durations}`, findings);
  },
});

function changes({ verdicts, figures }: Comparison, quarantine: Quarantine): GateFinding[] {
  const turned = verdicts
    .filter(({ change }) => change === 'worse')
    .map((turn): GateFinding => {
      const status = turn.to === 'unknown' ? 'unknown' : 'fail';
      if (turn.slug !== undefined)
        return findingOn(
          { name: turn.subject, slug: turn.slug, file: turn.file, repeat: turn.repeat ?? '' },
          status,
          turn.what,
          quarantine,
        );
      return { status, subject: turn.subject, what: turn.what, file: turn.file };
    });
  const slower = figures.filter(({ change }) => change === 'slower');
  return [...turned, ...slower.map((figure) => onFigure(figure, 'fail', `slower: ${figure.what}`, quarantine))];
}

/** What is shown and does not count. */
function notes({ verdicts, figures, notes: remarks }: Comparison): GateFinding[] {
  return [
    ...verdicts
      .filter(({ change }) => change !== 'same' && change !== 'worse')
      .map(({ subject, what }) => shown(subject, what)),
    ...figures
      .filter(({ change }) => change === 'faster')
      .map(({ subject, what }) => shown(subject, `faster: ${what}`)),
    ...remarks.map((what) => shown('comparison', what)),
  ];
}

function onFigure(figure: FigureChange, status: 'fail' | 'unknown', what: string, quarantine: Quarantine): GateFinding {
  return findingOn({ ...figure, name: figure.subject }, status, what, quarantine);
}

function shown(subject: string, what: string): GateFinding {
  return { status: 'pass', subject, what };
}
