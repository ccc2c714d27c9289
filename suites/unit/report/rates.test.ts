/** Published rates are read as they are written, and nothing else is taken for them. */
import { expect, test } from 'vitest';
import { rateOf } from '../../../harness/core/index.ts';
import { readRates } from '../../../harness/report/index.ts';

const published = {
  ...{ commit: 'abc1234', machine: 'two processors', measuredAt: 1_790_000_000_000 },
  ...{
    detection: rateOf(9, 9),
    falseAlarmsScoped: rateOf(0, 30),
    falseAlarmsAlone: rateOf(0, 3),
    flakes: rateOf(0, 3),
  },
};

test('what is shown is read, what is not is left out', () => {
  expect(readRates(JSON.stringify({ ...published, soak: { labs: 1 } }))).toEqual(published);
});

test.each(['', 'no json', '[]', '{}', JSON.stringify({ ...published, detection: { count: '<b>' } })])(
  '%j is none of ours',
  (text) => {
    expect(readRates(text)).toBeUndefined();
  },
);
