/** Events of the catalog, on `catalog.events`: it publishes them and reads them itself, for its search index and its cache. */
import type { Fields, Readers } from '../kit/reader.ts';
import type { Product } from './rules.ts';

export const CATALOG_TOPIC = 'catalog.events';
export const READS = [CATALOG_TOPIC] as const;

/** `product.updated`: the product as it is now, as a whole. The key is the product id. */
export const READERS = {
  'product.updated': (data: Fields): Product => ({
    productId: data.text('productId'),
    name: data.text('name'),
    category: data.text('category'),
    description: data.optionalText('description') ?? '',
    price: data.whole('price'),
    version: data.whole('version'),
  }),
} satisfies Readers;
