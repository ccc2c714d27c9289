/** Rules of a cart: what may lie in it, and what comes of two carts when somebody logs in. Plain functions. */
import { object, optional, text, whole } from '../kit/shape.ts';

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
}

const MOST_PIECES = 100;
const MOST_LINES = 50;

export const quantityShape = object({ quantity: whole({ min: 1, max: MOST_PIECES }) });
export const mergeShape = object({ cartId: text({ max: 36 }) });
/** `cartId`: the cart that the customer saw; without it the one that is open. */
export const checkoutShape = object({
  cartId: optional(text({ max: 36 })),
  shippingAddressId: text(),
  paymentMethod: text(),
});

/** The lines with this many of a product, which keeps its place; undefined when there are too many lines. */
export function withLine(lines: readonly CartLine[], line: CartLine): CartLine[] | undefined {
  const others = lines.filter(({ productId }) => productId !== line.productId);
  if (others.length >= MOST_LINES) return undefined;
  if (others.length === lines.length) return [...lines, line];
  return lines.map((one) => (one.productId === line.productId ? line : one));
}

export function withoutLine(lines: readonly CartLine[], productId: string): CartLine[] {
  return lines.filter((line) => line.productId !== productId);
}

/** What a guest had put aside comes to what the customer had already: pieces add up, as far as they may. */
export function merged(own: readonly CartLine[], guests: readonly CartLine[]): CartLine[] {
  return guests.reduce<CartLine[]>(
    (lines, { productId, quantity }) => {
      const had = lines.find((line) => line.productId === productId)?.quantity ?? 0;
      return withLine(lines, { productId, quantity: Math.min(MOST_PIECES, had + quantity) }) ?? lines;
    },
    [...own],
  );
}
