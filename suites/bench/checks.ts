/** How long checks take over histories of a thousand, ten thousand and a hundred thousand operations: the search for an order, and the ledger. */
import { newStory, order, type Story, stateOf } from '../../fixtures/histories/story.ts';
import { HISTORY_TOPOLOGY } from '../../fixtures/histories/topology.ts';
import { judge } from '../../harness/checks/index.ts';
import { type CheckSpec, caseOfTrace, type OperationRecord, seededRandom } from '../../harness/core/index.ts';
import type { BenchRow } from './bench.ts';
import { figure, median, under } from './figures.ts';

const SIZES = [1_000, 10_000, 100_000] as const;
const ROUNDS = 3;
const CASE = 'fa0171e000000001';
/** Of the largest history, in ms. */
const TARGET_MS = 5_000;

export default async function checks(): Promise<BenchRow[]> {
  return [
    ...(await growth(
      'linearizability, one register, ten calls at once',
      { check: 'linearizability', model: 'register' },
      (size) => registerOf(size, 1),
    )),
    ...(await growth('linearizability, a hundred registers', { check: 'linearizability', model: 'register' }, (size) =>
      registerOf(size, 100),
    )),
    ...(await growth('ledger: conservation, exactly-once, nothing-invented', { check: 'conservation' }, ordersOf, [
      { check: 'exactly-once' },
      { check: 'nothing-invented' },
    ])),
  ];
}

async function growth(
  name: string,
  spec: CheckSpec,
  storyOf: (size: number) => Story,
  more: readonly CheckSpec[] = [],
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of SIZES) {
    const story = storyOf(size);
    const input = {
      ...{ topology: HISTORY_TOPOLOGY, caseId: caseOfTrace(CASE), state: stateOf(story), faults: [], quietAfterMs: 0 },
      history: story.records.toSorted((a, b) => a.at - b.at),
    };
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startMs = performance.now();
      const verdicts = await judge([spec, ...more], input);
      took.push(performance.now() - startMs);
      const wrong = verdicts.find(({ status }) => status !== 'pass');
      if (wrong) throw new Error(`${wrong.check} said ${wrong.status}: ${wrong.summary}`);
    }
    const row = figure(
      `${rows.length === 0 ? name : '  '}${rows.length === 0 ? ', ' : ''}${size.toLocaleString('en')} operations`,
      'ms',
      took,
    );
    rows.push(size === SIZES.at(-1) ? under(row, TARGET_MS) : row);
  }
  const [small, large] = [rows[0]?.value ?? 1, rows.at(-1)?.value ?? 1];
  const power = Math.log(large / small) / Math.log((SIZES.at(-1) ?? 1) / SIZES[0]);
  return [...rows, { name: '  grows with the size to the power of', unit: '', value: median([power]) }];
}

/** Calls at registers, ten at a time, whose answers a register could have given. */
function registerOf(size: number, registers: number): Story {
  const random = seededRandom(7);
  const last = new Array<number>(registers).fill(0);
  const records = Array.from({ length: size }, (_, index): OperationRecord => {
    const register = index % registers;
    const writes = last[register] === 0 || random.next() < 0.5;
    if (writes) last[register] = index + 1;
    const value = last[register] ?? 0;
    const effectAt = index * 10;
    return {
      ...{ type: 'operation', case: CASE, name: 'call', outcome: 'ok', status: 200 },
      at: effectAt - random.integer(0, 50),
      endAt: effectAt + random.integer(0, 50),
      detail: { register: String(register), ...(writes ? { wrote: value } : { read: value }) },
    };
  });
  return { ...newStory(), records };
}

/** Orders with their effects: about thirty records and six ledger entries each; the size counts the records. */
function ordersOf(size: number): Story {
  const story = newStory();
  for (let number = 1; story.records.length < size; number++) order(story, number, 'completed', number * 15);
  return story;
}
