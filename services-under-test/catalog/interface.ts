/** What the catalog offers: products, categories, search, and what it tells of changes. */
import { cents, type Interface, listOf } from '../kit/interface.ts';
import { object, optional, text, whole } from '../kit/shape.ts';
import { CATALOG_TOPIC } from './events.ts';
import { factsShape } from './rules.ts';

const facts = { name: text(), category: text(), description: text({ min: 0, max: 2_000 }), price: cents };
const product = object({ productId: text(), ...facts, version: whole({ min: 1 }) });
const category = object({ name: text(), products: whole() });
const hit = object({ productId: text(), name: text(), category: text(), price: cents });

export default {
  http: {
    'GET /products': {
      ...{ says: 'A page of products, by id.', refuses: [400, 503] },
      query: { category: text({ max: 50 }), after: text({ max: 100 }), limit: whole({ min: 1, max: 100 }) },
      gives: { 200: object({ products: listOf(product), next: optional(text()) }) },
    },
    'GET /categories': {
      says: 'All categories.',
      gives: { 200: object({ categories: listOf(category) }) },
      refuses: [503],
    },
    'GET /products/:id': { says: 'One product.', gives: { 200: product }, refuses: [404, 503] },
    'PUT /products/:id': {
      ...{ says: 'For merchants: states or changes a product.', takes: factsShape, refuses: [400, 404, 413, 415, 503] },
      gives: { 200: object({ productId: text(), ...facts }) },
    },
    'GET /search': {
      ...{ says: 'Products that have all the words.', query: { q: text() }, refuses: [400, 503] },
      gives: {
        200: object({ results: listOf(hit), index: object({ products: whole(), behind: whole() }) }),
      },
    },
    'POST /search/rebuilds': {
      ...{
        says: 'For operators: makes the index anew.',
        gives: { 201: object({ products: whole() }) },
        refuses: [503],
      },
    },
  },
  publishes: {
    [CATALOG_TOPIC]: { 'product.updated': { says: 'The product as it is now, as a whole.', data: product } },
  },
} satisfies Interface;
