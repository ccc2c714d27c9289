/** The catalog's products: every statement here is one transaction. */
import { readFile } from 'node:fs/promises';
import type { Database, Statement } from '../kit/database.ts';
import { type OutboxRow, originValues, queued } from '../kit/outbox.ts';
import { nowMs } from '../kit/time.ts';
import { CATALOG_TOPIC } from './events.ts';
import type { Page, Product, ProductFacts } from './rules.ts';

const COLUMNS = `product_id as "productId", name, category, description, price, version`;

/** Product and event in one. A product that is not there yet is made. */
const PUT: Statement = {
  name: 'product-put',
  text: `with changed as (
    insert into products (product_id, name, category, description, price, changed_at)
    values ($1, $2, $3, $4, $5, $6::bigint)
    on conflict (product_id) do update set name = excluded.name, category = excluded.category,
      description = excluded.description, price = excluded.price, changed_at = excluded.changed_at,
      version = products.version + 1
    returning *
  ), ${queued(`select '${CATALOG_TOPIC}', product_id, 'product.updated', json_build_object('productId', product_id, 'name', name,
      'category', category, 'description', description, 'price', price, 'version', version)::text, $7, $8 from changed`)}
  select * from queued`,
};

const FIND: Statement = { name: 'product-find', text: `select ${COLUMNS} from products where product_id = $1` };
const FIND_ALL: Statement = {
  name: 'products-find',
  text: `select ${COLUMNS} from products where product_id = any($1::text[])`,
};
const PAGE: Statement = {
  name: 'products-page',
  text: `select ${COLUMNS} from products
    where product_id > $1 and ($2::text is null or category = $2)
    order by product_id limit $3`,
};
const CATEGORIES: Statement = {
  name: 'categories',
  text: 'select category as name, count(*)::integer as products from products group by category order by category',
};
const SEED: Statement = {
  name: 'products-seed',
  text: `insert into products (product_id, name, category, description, price, changed_at)
    select "productId", name, category, description, price, $2::bigint
    from jsonb_to_recordset($1::jsonb)
      as line ("productId" text, name text, category text, description text, price integer)
    on conflict (product_id) do nothing`,
};

export interface ProductStore {
  /** Answers the event that tells of the product as it is now. */
  put(productId: string, facts: ProductFacts): Promise<OutboxRow[]>;
  find(productId: string): Promise<Product | undefined>;
  findAll(productIds: readonly string[]): Promise<Product[]>;
  page(page: Page): Promise<Product[]>;
  categories(): Promise<{ readonly name: string; readonly products: number }[]>;
  /** The products of a file, where they are not there yet. */
  seed(file: string): Promise<void>;
}

export function createProductStore(database: Database): ProductStore {
  return {
    put: (productId, { name, category, description, price }) =>
      database.run<OutboxRow>(PUT, [productId, name, category, description, price, nowMs(), ...originValues()]),
    find: async (productId) => (await database.run<Product>(FIND, [productId]))[0],
    findAll: (productIds) => database.run<Product>(FIND_ALL, [productIds]),
    page: ({ after, category, limit }) => database.run<Product>(PAGE, [after, category ?? null, limit]),
    categories: () => database.run(CATEGORIES, []),
    seed: async (file) => void (await database.run(SEED, [await readFile(file, 'utf8'), nowMs()])),
  };
}
