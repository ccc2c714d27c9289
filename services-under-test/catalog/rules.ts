/** Rules of the catalog: what a product is, what may be searched for, and which of two copies is the newer. Plain functions. */
import { ProblemError } from '../kit/problem.ts';
import { object, type Shape, text, whole } from '../kit/shape.ts';

/** A product as the merchant states it. Money in cents. */
export interface ProductFacts {
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly price: number;
}

export interface Product extends ProductFacts {
  readonly productId: string;
  /** Grows by one with each change. */
  readonly version: number;
}

export const factsShape: Shape<ProductFacts> = object({
  name: text({ max: 100 }),
  category: text({ max: 50, pattern: /^[a-z][a-z-]*$/, like: 'lower-case letters and dashes' }),
  description: text({ min: 0, max: 2_000 }),
  price: whole({ max: 1_000_000_00 }),
});

/** The id of a product, as it stands in paths and keys. */
export function isProductId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id);
}

export interface Page {
  readonly category?: string;
  /** Products behind this one, in the order of their ids. */
  readonly after: string;
  readonly limit: number;
}

const MOST_ON_A_PAGE = 100;

/** The page that a query asks for; throws a 400 problem that names the parameter. */
export function pageOf(query: Readonly<Record<string, unknown>>): Page {
  const { category, after = '', limit = '20' } = query;
  const size = typeof limit === 'string' && /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > MOST_ON_A_PAGE) throw wrong('limit', `must be a whole number from 1 to ${MOST_ON_A_PAGE}`);
  if (typeof after !== 'string' || (after !== '' && !isProductId(after))) throw wrong('after', 'must be a product id');
  if (category !== undefined && (typeof category !== 'string' || !/^[a-z-]{1,50}$/.test(category)))
    throw wrong('category', 'must be one category');
  return { after, limit: size, ...(category !== undefined && { category }) };
}

/** The words searched for; throws a 400 problem where there are none. */
export function wordsOf(query: Readonly<Record<string, unknown>>): string[] {
  const { q } = query;
  const words = typeof q === 'string' && q.length <= 200 ? termsOf(q) : [];
  if (words.length === 0) throw wrong('q', 'must be at least one word, in at most 200 characters');
  return words.slice(0, 8);
}

/** Words as they are indexed and looked for: lower case, without accents, each once. */
export function termsOf(...texts: readonly string[]): string[] {
  const plain = texts.join(' ').normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu) ?? [])];
}

function wrong(field: string, must: string): ProblemError {
  return new ProblemError(400, 'Invalid query', { detail: `${field} ${must}`, field });
}
