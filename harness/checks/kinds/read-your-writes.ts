/** Who was told that something is done sees it from then on, and never an older version after a newer one. */
import { z } from 'zod';
import type { CheckInput, OperationRecord } from '../../core/index.ts';
import { groupBy, matches, operationsOf } from '../case-view.ts';
import { defineCheck } from '../check.ts';
import { counted, fail, momentOf, noData, pass } from '../judgement.ts';

export default defineCheck({
  name: 'read-your-writes',
  summary: 'what was acknowledged is found by every later read of its user, and versions never go back',
  options: z.strictObject({
    /** Reads at the door, by name, or a prefix that ends in `*`; the entity stands in the path. */
    reads: z.string().default('GET *'),
    /** The acknowledged operation must be seen by reads that begin this long after it. 0: at once. */
    lagMs: z.number().min(0).default(0),
    /** Reads of entities that must have been judged. */
    atLeast: z.int().min(1).default(1),
  }),
  underLoad: () => ({ not: 'the requests of a load do not say which entity they read' }),
  judge(input, { reads, lagMs, atLeast }) {
    const operations = operationsOf(input.history, input.caseId);
    const writes = new Map<string, OperationRecord>();
    for (const write of operations) {
      if (write.outcome !== 'ok' || write.entity === undefined || matches(reads, write.name)) continue;
      const known = writes.get(write.entity);
      if (known === undefined || write.endAt < known.endAt) writes.set(write.entity, write);
    }
    const judged = operations
      .filter(({ name }) => matches(reads, name))
      .flatMap((read) => {
        const write = writeSeenBy(read, writes);
        return write === undefined || read.at < write.endAt + lagMs || !sameUser(read, write) ? [] : [{ read, write }];
      });
    const missed = judged.filter(
      ({ read }) => read.status === 404 || (read.status === 200 && read.detail?.found === false),
    );
    const problems = [
      ...missed.map(({ read, write }) => {
        const afterMs = Math.round(read.at - write.endAt);
        return `${read.name} at ${momentOf(input, read.at)} was answered ${read.status}, ${afterMs} ms after ${write.name} was acknowledged`;
      }),
      ...wentBack(
        input,
        judged.map(({ read, write }) => ({ read, entity: String(write.entity) })),
      ),
    ];
    const figures = { reads: judged.length, missed: missed.length, wentBack: problems.length - missed.length };
    if (problems.length > 0)
      return fail(`${counted(problems.length, 'read')} did not see what was acknowledged`, problems, figures);
    if (judged.length < atLeast)
      return noData(`${counted(judged.length, 'read')} of what was acknowledged, wanted ${atLeast}`, [], figures);
    return pass(`${counted(judged.length, 'read')} of what was acknowledged saw it`, [], figures);
  },
});

/** The path names the entity. */
function writeSeenBy(read: OperationRecord, writes: ReadonlyMap<string, OperationRecord>): OperationRecord | undefined {
  if (read.entity !== undefined) return writes.get(read.entity);
  for (const part of read.name.split(/[ /?]/)) {
    const write = writes.get(part);
    if (write !== undefined) return write;
  }
  return undefined;
}

function sameUser(read: OperationRecord, write: OperationRecord): boolean {
  return read.user === undefined || write.user === undefined || read.user === write.user;
}

interface Read {
  readonly read: OperationRecord;
  readonly entity: string;
}

/** A read that began after another had ended must not see an older version (`detail.version`). */
function wentBack(input: CheckInput, reads: readonly Read[]): string[] {
  const versioned = reads.filter(({ read }) => typeof read.detail?.version === 'number');
  return [...groupBy(versioned, ({ entity }) => entity)].flatMap(([entity, ofEntity]) => {
    const byEnd = ofEntity.toSorted((a, b) => a.read.endAt - b.read.endAt);
    let next = 0;
    let newest = Number.NEGATIVE_INFINITY;
    return ofEntity.flatMap(({ read }) => {
      for (; next < byEnd.length && (byEnd[next]?.read.endAt ?? 0) < read.at; next++)
        newest = Math.max(newest, Number(byEnd[next]?.read.detail?.version));
      const version = Number(read.detail?.version);
      return version < newest
        ? [`${entity}: version ${version} at ${momentOf(input, read.at)}, after ${newest} was seen`]
        : [];
    });
  });
}
