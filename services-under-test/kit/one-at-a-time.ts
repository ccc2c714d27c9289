/** Work that goes on as long as there is some, one piece after the other. */

export interface OneAtATime {
  /** Tells that there may be work. */
  wake(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/**
 * The last look for work and the end are one moment: what comes right after it begins anew. (With a promise's `finally` there
 * is time in between, and what comes then is found by nobody.) `work` never rejects.
 */
export function oneAtATime(isThereWork: () => boolean, work: () => Promise<void>): OneAtATime {
  let isWorking = false;
  let working = Promise.resolve();
  const goOn = async () => {
    isWorking = true;
    while (isThereWork()) await work();
    isWorking = false;
  };
  return {
    wake() {
      if (!isWorking) working = goOn();
    },
    idle: () => working,
  };
}
