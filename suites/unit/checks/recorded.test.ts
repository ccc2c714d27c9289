/** For every check a run in which a defect was planted and the check turned red, and the same run without it, in which it did not. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgedAs, RECORDED, type Recorded, specOf, verdictOf } from '../../../fixtures/histories/recorded.ts';
import { checkCatalogue } from '../../../harness/checks/index.ts';
import type { Topology } from '../../../harness/core/index.ts';
import { defectCatalogue } from '../../../harness/defects/index.ts';
import { readHistory } from '../../../harness/history/index.ts';
import { HISTORIES } from './load-case.ts';

const checks = [...(await checkCatalogue()).entries.keys()];
const cases = JSON.parse(await readFile(RECORDED, 'utf8')) as Recorded;

const topologyOf = async (name: string) =>
  JSON.parse(await readFile(join(HISTORIES, `topology-${name}.json`), 'utf8')) as Topology;

test('each is of a check, by a defect that exists and names it', async () => {
  const { entries } = await defectCatalogue();
  expect(checks).toEqual(expect.arrayContaining(cases.map(({ check }) => check)));
  for (const { check, defect, experiment } of cases) expect(entries.get(defect)).toMatchObject({ check, experiment });
});

describe.each(cases)('$check, by $defect', ({ check, spec: asked, topology, compared, quietAfterMs }) => {
  test.each([
    ['clean', 'pass'],
    ['bad', 'fail'],
  ] as const)('%s: %s', async (kind, status) => {
    const spec = await specOf({ spec: asked });
    const facts = { topology: await topologyOf(topology), quietAfterMs: quietAfterMs[kind], spec };
    const history = await readHistory(join(HISTORIES, `${check}-${kind}.ndjson`));
    const control = compared ? await readHistory(join(HISTORIES, `${check}-${kind}-control.ndjson`)) : undefined;
    const verdict = await verdictOf(judgedAs(facts, history, control));
    expect(verdict).toMatchObject({ check, status });
    if (status === 'fail') expect(verdict.evidence.length).toBeGreaterThan(0);
  });
});

/** Checks that count effects: in a run that was in order, whichever effect is taken out or doubled must turn the verdict. */
const COUNTING = ['conservation', 'exactly-once'];

describe.each(cases.filter(({ check }) => COUNTING.includes(check)))('$check, clean', (recorded) => {
  const { check, topology, compared, quietAfterMs } = recorded;

  test('turns red for every effect that is doubled, and conservation for every one that is missing', async () => {
    const spec = await specOf(recorded);
    const facts = { topology: await topologyOf(topology), quietAfterMs: quietAfterMs.clean, spec };
    const history = await readHistory(join(HISTORIES, `${check}-clean.ndjson`));
    const control = compared ? await readHistory(join(HISTORIES, `${check}-clean-control.ndjson`)) : undefined;
    const { input } = judgedAs(facts, history, control);
    const { entries } = input.state;
    expect(entries.length).toBeGreaterThan(3);
    const unmoved: string[] = [];
    for (const [index, entry] of entries.entries()) {
      const twice = entries.toSpliced(index, 0, entry);
      const changes = check === 'conservation' ? [twice, entries.toSpliced(index, 1)] : [twice];
      for (const changed of changes) {
        const { status } = await verdictOf({ spec, input: { ...input, state: { ...input.state, entries: changed } } });
        if (status !== 'fail') unmoved.push(`${entry.kind} ${entry.key}: ${changed.length - entries.length}`);
      }
    }
    expect(unmoved).toEqual([]);
  });
});
