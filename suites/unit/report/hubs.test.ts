/** A large topology stays readable: what everybody uses is a mark at its callers, a small one is drawn line by line. */
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import shop from '../../../fixtures/topologies/shop.ts';
import shopSmall from '../../../fixtures/topologies/shop-small.ts';
import { edgeId } from '../../../harness/core/index.ts';
import { markedEdges } from '../../../harness/report/drawing/hubs.ts';
import { topologySvg } from '../../../harness/report/drawing/topology.ts';
import type { TargetHits } from '../../../harness/report/view.ts';
import { tagsOf } from './html.ts';

const draw = (topology: typeof shop, hits: ReadonlyMap<string, TargetHits> = new Map()) =>
  tagsOf(renderToString(topologySvg({ topology, edgeHits: hits, partHits: new Map(), id: 't' })));
const count = (tags: ReturnType<typeof draw>, look: RegExp) =>
  tags.filter(({ attributes }) => look.test(attributes.get('class') ?? '')).length;

test('every edge of a small topology is a line', () => {
  expect(markedEdges(shopSmall, new Set()).size).toBe(0);
  expect(count(draw(shopSmall), /^wire/)).toBe(shopSmall.edges.length);
});

test('in a large one every edge is a line or a mark, and those that a fault hit are lines', () => {
  const struck = shop.edges.map(edgeId).filter((edge) => edge.endsWith('->kafka'));
  expect(struck.length).toBeGreaterThan(5);
  const hits = new Map(struck.map((edge) => [edge, { hits: 2, experiments: ['a'] } as TargetHits]));
  const tags = draw(shop, hits);
  const marks = count(tags, /^mark$/);
  expect(marks).toBeGreaterThan(5);
  expect(count(tags, /^wire/) + marks).toBe(shop.edges.length);
  expect(count(tags, /^wire hit$/)).toBe(struck.length);
});
