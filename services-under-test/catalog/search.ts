/**
 * Search: an index of its own, fed by the catalog's events. It may lag behind the products and says how far; it can be
 * rebuilt from them at any time. An event that comes late or twice changes nothing: the newer version stays.
 */
import type { Database, Statement } from '../kit/database.ts';
import { nowMs } from '../kit/time.ts';
import { type Product, termsOf } from './rules.ts';

export interface SearchHit {
  readonly productId: string;
  readonly name: string;
  readonly category: string;
  readonly price: number;
}

export interface SearchAnswer {
  readonly results: readonly SearchHit[];
  readonly index: {
    readonly products: number;
    /** Products of which the index does not know the last change. */
    readonly behind: number;
  };
}

export interface SearchIndex {
  /** Takes a product in, unless a newer version of it is there. */
  take(product: Product): Promise<void>;
  /** Products that have every one of the words, or words that begin with them. */
  find(words: readonly string[]): Promise<SearchAnswer>;
  /** Makes the index anew from the products; answers how many there are. */
  rebuild(): Promise<number>;
}

const MOST_HITS = 50;

const TAKE: Statement = {
  name: 'search-take',
  text: `insert into search_index (product_id, terms, name, category, price, version, indexed_at)
    values ($1, $2::text[], $3, $4, $5, $6, $7::bigint)
    on conflict (product_id) do update set terms = excluded.terms, name = excluded.name, category = excluded.category,
      price = excluded.price, version = excluded.version, indexed_at = excluded.indexed_at
    where search_index.version < excluded.version`,
};

const FIND: Statement = {
  name: 'search-find',
  text: `select product_id as "productId", name, category, price from search_index
    where (select bool_and(exists (select from unnest(terms) as term where starts_with(term, word)))
      from unnest($1::text[]) as word)
    order by product_id limit ${MOST_HITS}`,
};

const LAG: Statement = {
  name: 'search-lag',
  text: `select (select count(*) from search_index)::integer as products, (
      select count(*) from products left join search_index using (product_id)
      where search_index.version is distinct from products.version
    )::integer as behind`,
};

const ALL: Statement = {
  name: 'search-all',
  text: `select product_id as "productId", name, category, description, price, version from products`,
};
/** Old entries go and new ones come in one statement: nobody ever finds an empty index. */
const REBUILD: Statement = {
  name: 'search-rebuild',
  text: `with fresh as (
    select * from jsonb_to_recordset($1::jsonb)
      as line ("productId" text, terms text[], name text, category text, price integer, version integer)
  ), gone as (
    delete from search_index where product_id not in (select "productId" from fresh)
  )
  insert into search_index (product_id, terms, name, category, price, version, indexed_at)
  select "productId", terms, name, category, price, version, $2::bigint from fresh
  on conflict (product_id) do update set terms = excluded.terms, name = excluded.name, category = excluded.category,
    price = excluded.price, version = excluded.version, indexed_at = excluded.indexed_at
  where search_index.version <= excluded.version`,
};

export function createSearchIndex(database: Database): SearchIndex {
  return {
    async take(product) {
      const { productId, name, category, price, version } = product;
      await database.run(TAKE, [productId, indexed(product), name, category, price, version, nowMs()]);
    },
    async find(words) {
      const [results, lag] = await Promise.all([
        database.run<SearchHit>(FIND, [words]),
        database.run<SearchAnswer['index']>(LAG, []),
      ]);
      return { results, index: lag[0] ?? { products: 0, behind: 0 } };
    },
    async rebuild() {
      const products = await database.run<Product>(ALL, []);
      const entries = products.map((product) => ({ ...product, terms: indexed(product) }));
      await database.run(REBUILD, [JSON.stringify(entries), nowMs()]);
      return products.length;
    },
  };
}

function indexed({ name, category, description }: Product): string[] {
  return termsOf(name, category, description);
}
