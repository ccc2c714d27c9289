/** Carts in the order service's database: every statement here is one transaction. */
import { randomUUID } from 'node:crypto';
import type { Database, Statement } from '../kit/database.ts';
import { nowMs } from '../kit/time.ts';
import { type CartLine, merged } from './cart-rules.ts';

export interface Cart {
  readonly cartId: string;
  readonly userId: string | null;
  readonly lines: readonly CartLine[];
  readonly version: number;
  readonly state: 'open' | 'checked_out' | 'merged';
  readonly mergedInto: string | null;
}

const CART = `cart_id as "cartId", user_id as "userId", lines, version, state, merged_into as "mergedInto"`;

const OPEN: Statement = {
  name: 'cart-open',
  text: `insert into carts (cart_id, user_id, changed_at) values ($1::uuid, $2, $3::bigint) on conflict do nothing returning ${CART}`,
};
const OWN: Statement = {
  name: 'cart-own',
  text: `select ${CART} from carts where user_id = $1 and state = 'open'`,
};
const FIND: Statement = { name: 'cart-find', text: `select ${CART} from carts where cart_id = $1::uuid` };
/** No row when somebody else changed the cart meanwhile, or it is closed. */
const CHANGE: Statement = {
  name: 'cart-change',
  text: `update carts set lines = $3::jsonb, version = version + 1, changed_at = $4::bigint
    where cart_id = $1::uuid and version = $2 and state = 'open'
    returning ${CART}`,
};
/** The guest's cart is closed by the statement that takes its lines over: both happen, or neither, and never twice. */
const MERGE: Statement = {
  name: 'cart-merge',
  text: `with taken as (
    update carts set state = 'merged', merged_into = $1::uuid, changed_at = $6::bigint
    where cart_id = $3::uuid
      and version = $4
      and state = 'open'
      and user_id is null
      and exists (select from carts where cart_id = $1::uuid and version = $2 and state = 'open')
    returning cart_id
  )
  update carts set lines = $5::jsonb, version = version + 1, changed_at = $6::bigint
  where cart_id = $1::uuid
    and version = $2
    and state = 'open'
    and exists (select from taken)
  returning ${CART}`,
};
const CLOSE: Statement = {
  name: 'cart-close',
  text: `update carts set state = 'checked_out', changed_at = $2::bigint where cart_id = $1::uuid and state = 'open'`,
};

export interface CartStore {
  /** An empty cart, that of a guest. */
  openForGuest(): Promise<Cart>;
  /** The customer's open cart; made where there is none. */
  own(userId: string): Promise<Cart>;
  find(cartId: string): Promise<Cart | undefined>;
  /** Changes the lines by `change`, made anew where somebody was quicker; undefined when the cart is closed or the change refused. */
  change(cartId: string, change: (lines: readonly CartLine[]) => CartLine[] | undefined): Promise<Cart | undefined>;
  /** Takes a guest's lines over, once however often it is asked for; undefined when there is no such cart any more. */
  merge(userId: string, guestCartId: string): Promise<Cart | undefined>;
  close(cartId: string): Promise<void>;
}

/** So often a change is made anew; then something else is wrong. */
const MOST_TRIES = 10;

export function createCartStore(database: Database): CartStore {
  const one = async (statement: Statement, values: readonly unknown[]) =>
    (await database.run<Cart>(statement, values))[0];
  const find = (cartId: string) => one(FIND, [cartId]);
  const own = async (userId: string) => {
    const cart =
      (await one(OWN, [userId])) ?? (await one(OPEN, [randomUUID(), userId, nowMs()])) ?? (await one(OWN, [userId]));
    if (cart === undefined) throw new Error('the cart was closed as it was opened');
    return cart;
  };
  const again = async (attempt: () => Promise<Cart | 'again' | undefined>) => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const cart = await attempt();
      if (cart !== 'again') return cart;
    }
    throw new Error(`the cart was changed by others ${MOST_TRIES} times`);
  };
  return {
    find,
    own,
    async openForGuest() {
      const cart = await one(OPEN, [randomUUID(), null, nowMs()]);
      if (cart === undefined) throw new Error('no cart was made');
      return cart;
    },
    change: (cartId, change) =>
      again(async () => {
        const cart = await find(cartId);
        const lines = cart?.state === 'open' ? change(cart.lines) : undefined;
        if (cart === undefined || lines === undefined) return undefined;
        return (await one(CHANGE, [cartId, cart.version, JSON.stringify(lines), nowMs()])) ?? 'again';
      }),
    merge: (userId, guestCartId) =>
      again(async () => {
        const [mine, theirs] = [await own(userId), await find(guestCartId)];
        // Asked for again: it is done, perhaps since our own cart was read.
        if (theirs?.mergedInto === mine.cartId) return find(mine.cartId);
        if (theirs?.state !== 'open' || theirs.userId !== null) return undefined;
        const lines = JSON.stringify(merged(mine.lines, theirs.lines));
        return (await one(MERGE, [mine.cartId, mine.version, guestCartId, theirs.version, lines, nowMs()])) ?? 'again';
      }),
    close: async (cartId) => void (await database.run(CLOSE, [cartId, nowMs()])),
  };
}
