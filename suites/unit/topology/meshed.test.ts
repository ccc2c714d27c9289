/** A topology made into a mesh: the services are the same, and every call between them goes by way of two sidecars. */
import { expect, test } from 'vitest';
import { meshed } from '../../../fixtures/topologies/mesh/meshed.ts';
import shop from '../../../fixtures/topologies/shop.ts';
import shopMesh from '../../../fixtures/topologies/shop-mesh.ts';
import tiny from '../../../fixtures/topologies/tiny.ts';
import { edgeId } from '../../../harness/core/index.ts';
import { validateTopology } from '../../../harness/topology/index.ts';

test('no service of the shop is told of the mesh', () => {
  for (const [name, service] of Object.entries(shop.services)) expect(shopMesh.services[name]).toEqual(service);
  expect(shopMesh.ledger).toEqual(shop.ledger);
});

test('calls between our own services go through a sidecar at each end, all others as before', () => {
  const mesh = meshed('tiny-mesh', tiny);
  expect(mesh.edges.map(edgeId)).toEqual([
    ...['driver->till', 'till->book', 'till-sidecar->book-sidecar'],
    ...['till-sidecar->mesh-ca', 'book-sidecar->mesh-ca'],
  ]);
  expect(mesh.edges[0]).toEqual(tiny.edges[0]);
  expect(mesh.edges[1]).toEqual({ ...tiny.edges[1], through: { part: 'till-sidecar', port: 'to-book' } });
  expect(mesh.edges[2]?.mutualTls).toMatchObject({ caller: 'spiffe://shop/till', callee: 'spiffe://shop/book' });
  expect(() => validateTopology(mesh)).not.toThrow();
});

test('a canary has the callees of its service, and its callers reach it by their sidecars alone', () => {
  const ids = shopMesh.edges.map(edgeId);
  expect(ids).toEqual(
    expect.arrayContaining(['bff-mobile-canary->catalog', 'gateway-sidecar->bff-mobile-canary-sidecar']),
  );
  expect(ids).not.toContain('gateway->bff-mobile-canary');
  const { outbound } = JSON.parse(shopMesh.services['gateway-sidecar']?.env?.MESH ?? '') as {
    outbound: { name: string; to: { version: string; weight: number }[] }[];
  };
  const to = outbound.find(({ name }) => name === 'bff-mobile')?.to;
  expect(to).toMatchObject([
    { version: 'stable', weight: 4 },
    { version: 'canary', weight: 1 },
  ]);
});
