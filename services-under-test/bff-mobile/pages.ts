/** What a phone shows: little, and short words for it. Plain functions of what the parts answered. */
import { bodyOf, bodyOrProblem, listOf, memberOf, type PartAnswer } from '../kit/page-part.ts';

/** Below so many pieces there is "little left". */
const LITTLE = 5;

/** A product on a small screen: its id, its name, its price in cents. */
export function short(product: unknown) {
  return { id: memberOf(product, 'productId'), n: memberOf(product, 'name'), p: memberOf(product, 'price') };
}

/** Whether one can buy it, as one word; null where nobody said. */
export function stockWord(stock: unknown): 'in' | 'little' | 'out' | null {
  const available = memberOf(stock, 'available');
  if (typeof available !== 'number') return null;
  if (available === 0) return 'out';
  return available < LITTLE ? 'little' : 'in';
}

/** Pieces in the cart; null where nobody said. */
export function pieces(cart: unknown): number | null {
  if (!Array.isArray(memberOf(cart, 'items'))) return null;
  return listOf(cart, 'items').reduce<number>((sum, item) => sum + Number(memberOf(item, 'quantity') ?? 0), 0);
}

export function homePage(products: PartAnswer, cart?: PartAnswer) {
  const items = listOf(bodyOrProblem(products, 'products'), 'products').map(short);
  return { items, ...(cart && { cart: pieces(bodyOf(cart)) }) };
}

export function productPage(product: PartAnswer, stock: PartAnswer) {
  return { ...short(bodyOrProblem(product, 'product')), s: stockWord(bodyOf(stock)) };
}
