/**
 * What was stored last of an order, kept for its next turn, which then needs no look at the database. A copy may be out of date (another
 * instance, a commit whose reply was lost): it is for those alone whose statement applies only to the version that they began with, and who
 * load anew where it did not.
 */
export interface LastStored<Held> {
  keep(orderId: string, held: Held): void;
  /** Gives the copy away: what is stored next is kept in its place, and after a failure there is none. */
  take(orderId: string): Held | undefined;
}

/** Orders under way at a time are far fewer; what nobody came for goes first. */
const MOST = 200;

export function createLastStored<Held>(most = MOST): LastStored<Held> {
  const copies = new Map<string, Held>();
  return {
    keep(orderId, held) {
      copies.delete(orderId);
      copies.set(orderId, held);
      const [oldest] = copies.size > most ? copies.keys() : [];
      if (oldest !== undefined) copies.delete(oldest);
    },
    take(orderId) {
      const held = copies.get(orderId);
      copies.delete(orderId);
      return held;
    },
  };
}
