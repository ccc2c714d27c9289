/** Steps that must happen in order although some of them wait: one lane per direction of a connection. */

export interface Lane {
  /** True while a step waits; later steps then queue behind it. */
  readonly busy: boolean;
  /** Runs the step now, or after those before it. */
  push(step: () => void | Promise<void>): void;
}

/** A lane; `onFailure` is told of a step that threw, and the lane goes on with the next. */
export function createLane(onFailure: (thrown: unknown) => void): Lane {
  const waiting: (() => void | Promise<void>)[] = [];
  let busy = false;

  const run = (step: () => void | Promise<void>): Promise<void> | undefined => {
    try {
      const pending = step();
      return pending === undefined ? undefined : pending.catch(onFailure);
    } catch (thrown) {
      onFailure(thrown);
      return undefined;
    }
  };
  const drain = () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const pending = run(step);
      if (pending !== undefined) {
        void pending.then(drain);
        return;
      }
    }
    busy = false;
  };

  return {
    get busy() {
      return busy;
    },
    push(step) {
      if (busy) {
        waiting.push(step);
        return;
      }
      const pending = run(step);
      if (pending === undefined) return;
      busy = true;
      void pending.then(drain);
    },
  };
}
