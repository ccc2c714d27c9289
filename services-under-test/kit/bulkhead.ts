/** Bulkhead: at most so many calls to one dependency at a time. What does not find a slot is refused at once, so that a slow one does not use up all. */

export interface Bulkhead {
  /** Runs `work` in a slot of its own; throws `BulkheadFull` where there is none. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export class BulkheadFull extends Error {
  constructor(name: string, slots: number) {
    super(`all ${slots} slots for ${name} are taken`);
    this.name = 'BulkheadFull';
  }
}

export function createBulkhead(name: string, slots: number): Bulkhead {
  let taken = 0;
  return {
    async run(work) {
      if (taken >= slots) throw new BulkheadFull(name, slots);
      taken++;
      try {
        return await work();
      } finally {
        taken--;
      }
    },
  };
}
