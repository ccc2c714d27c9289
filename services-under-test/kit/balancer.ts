/**
 * Balances calls over the instances of one service: the one with the fewest calls under way, in turn where that is equal.
 * An instance that refused a connection is left out for a while, whatever a registry still says of it.
 */
import { nowMs } from './time.ts';

export interface Instance {
  /** `order-1`: names it in logs and in the edge of its breaker. */
  readonly id: string;
  /** `http://host:port` */
  readonly origin: string;
}

export interface Balancer {
  /** The instance for the next call, among those that `may` be asked; undefined when there is none at all. Call `done` at its end. */
  choose(may?: (instance: Instance) => boolean): Instance | undefined;
  done(instance: Instance): void;
  /** Nobody listened there. */
  refused(instance: Instance): void;
}

const LEFT_OUT_MS = 1_000;

/** `instances` is asked at every choice: the list may change. Where all are left out, or may not be asked, one is tried all the same. */
export function createBalancer(instances: () => readonly Instance[], now: () => number = nowMs): Balancer {
  const pending = new Map<string, number>();
  const leftOutUntil = new Map<string, number>();
  let turn = 0;

  const isIn = ({ id }: Instance) => (leftOutUntil.get(id) ?? 0) <= now();
  return {
    choose(may = () => true) {
      const all = instances();
      const good = all.length > 1 ? all.filter((instance) => isIn(instance) && may(instance)) : all;
      const choice = leastPending(good.length > 0 ? good : all, pending, turn++);
      if (choice !== undefined) pending.set(choice.id, (pending.get(choice.id) ?? 0) + 1);
      return choice;
    },
    done({ id }) {
      const left = (pending.get(id) ?? 1) - 1;
      if (left > 0) pending.set(id, left);
      else pending.delete(id);
    },
    refused: ({ id }) => void leftOutUntil.set(id, now() + LEFT_OUT_MS),
  };
}

function leastPending(
  instances: readonly Instance[],
  pending: ReadonlyMap<string, number>,
  turn: number,
): Instance | undefined {
  let best: Instance | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < instances.length; i++) {
    const instance = instances[(turn + i) % instances.length];
    const count = instance === undefined ? fewest : (pending.get(instance.id) ?? 0);
    if (count >= fewest) continue;
    best = instance;
    fewest = count;
  }
  return best;
}
