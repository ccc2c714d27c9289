/** What a lab holds while it lives, part by part, and what is left of it when it is gone. */
import { Kafka, logLevel } from 'kafkajs';
import { keptBytes, type Lab, type Usage } from '../../harness/core/index.ts';
import { commandOf, markedProcesses } from '../../harness/runtime/process-table.ts';

export interface Look {
  /** Of the whole lab, descendants included. */
  readonly processes: number;
  /** Open on the wire's edges. */
  readonly connections: number;
  readonly topics: number;
  /** Open files and sockets of all parts. */
  readonly descriptors: number;
  /** MiB of their own, by part; `harness` is this process. Without the records that the wire keeps for late readers, up to its bound. */
  readonly memory: Readonly<Record<string, number>>;
  /** MiB that our own processes keep after a collection, by part; the wire's records left out again. */
  readonly kept: Readonly<Record<string, number>>;
}

export async function lookAtLab(lab: Lab): Promise<Look> {
  const { bytes, recordBytes } = await lab.wire.kept();
  const kept = { harness: tenths(keptBytes()), wire: tenths(bytes - recordBytes) };
  const [usage, edges, topics] = await Promise.all([lab.parts.usage(), lab.wire.edges(), countTopics(lab)]);
  const harness = mebibytes(process.memoryUsage().rss);
  const ownOf = ({ part, memoryBytes }: Usage) => memoryBytes - (part === 'wire' ? recordBytes : 0);
  return {
    processes: markedProcesses(`FAULTLINE_RUN=${lab.descriptor.run}`, [lab.descriptor.folder]).length,
    connections: edges.reduce((sum, edge) => sum + edge.connections, 0),
    topics,
    descriptors: usage.reduce((sum, { descriptors = 0 }) => sum + descriptors, 0),
    memory: { harness, ...Object.fromEntries(usage.map((held) => [held.part, mebibytes(ownOf(held))])) },
    kept,
  };
}

/** Processes of a lab that has been taken down, by their command lines. */
export function processesOf(run: string): string[] {
  if (run === '') return [];
  return markedProcesses(`FAULTLINE_RUN=${run}`, []).map(({ pid }) => `process ${pid}: ${commandOf(pid)}`);
}

/** At the brokers themselves; the wire is not passed. */
async function countTopics({ descriptor }: Lab): Promise<number> {
  const brokers = descriptor.parts.filter(({ kind }) => kind === 'kafka').map(({ host, port }) => `${host}:${port}`);
  const admin = new Kafka({ clientId: 'full', brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return admin
    .listTopics()
    .then(({ length }) => length)
    .finally(() => admin.disconnect());
}

function tenths(bytes: number): number {
  return Math.round(bytes / 104_857.6) / 10;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
