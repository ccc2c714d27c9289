/** Rows of a trace: a process for each part, threads for what goes on in it. Things that overlap lie in lanes of their own. */

/** Where an event stands, by the numbers that the format wants. */
export interface Track {
  readonly pid: number;
  readonly tid: number;
}

/** An event of the Trace Event Format, as Perfetto and Chrome read it (times in microseconds). */
export interface TraceEvent {
  readonly ph: 'X' | 'i' | 'M' | 's' | 'f' | 'b' | 'e';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: string;
  readonly s?: 't' | 'p' | 'g';
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, unknown>>;
}

export interface Tracks {
  /** One row, for what takes no time or never overlaps. */
  row(part: string, thread: string): Track;
  /** A row on which nothing lies between `fromUs` and `toUs`. To be asked in order of `fromUs`. */
  lane(part: string, thread: string, fromUs: number, toUs: number): Track;
}

interface Thread {
  readonly part: string;
  /** When each of its lanes is free again. */
  readonly free: number[];
  readonly tids: number[];
}

/** `emit` gets the events that name processes and threads, each when it is first asked for. */
export function newTracks(emit: (event: TraceEvent) => void): Tracks {
  const pids = new Map<string, number>();
  const threads = new Map<string, Thread>();
  let tids = 0;
  const pidOf = (part: string) => {
    const known = pids.get(part);
    if (known !== undefined) return known;
    const pid = pids.size + 1;
    pids.set(part, pid);
    emit({ ph: 'M', name: 'process_name', pid, tid: 0, args: { name: part } });
    emit({ ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: pid } });
    return pid;
  };
  const threadOf = (part: string, name: string) => {
    const key = JSON.stringify([part, name]);
    const known = threads.get(key) ?? { part, free: [], tids: [] };
    threads.set(key, known);
    return known;
  };
  const trackOf = (thread: Thread, name: string, index: number): Track => {
    const pid = pidOf(thread.part);
    const known = thread.tids[index];
    if (known !== undefined) return { pid, tid: known };
    const tid = ++tids;
    thread.tids[index] = tid;
    emit({ ph: 'M', name: 'thread_name', pid, tid, args: { name: index === 0 ? name : `${name} ${index + 1}` } });
    return { pid, tid };
  };
  return {
    row: (part, name) => trackOf(threadOf(part, name), name, 0),
    lane(part, name, fromUs, toUs) {
      const thread = threadOf(part, name);
      const found = thread.free.findIndex((freeAt) => freeAt <= fromUs);
      const index = found === -1 ? thread.free.length : found;
      thread.free[index] = toUs;
      return trackOf(thread, name, index);
    },
  };
}
