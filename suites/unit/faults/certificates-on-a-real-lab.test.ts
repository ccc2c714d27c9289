/** Faults of certificates, on the smallest system made into a mesh: injected, hit, healed and taken back twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { meshed } from '../../../fixtures/topologies/mesh/meshed.ts';
import tinyTopology from '../../../fixtures/topologies/tiny.ts';
import { waitFor } from '../../../harness/core/index.ts';
import { planFault } from '../../../harness/faults/index.ts';
import { startTiny, type TinyLab } from './tiny-in-test.ts';

const MESH = meshed('tiny-mesh', tinyTopology);
let tiny: TinyLab;

beforeAll(async () => {
  tiny = await startTiny(MESH);
}, 60_000);

afterAll(() => tiny?.close());

const sold = async (key: string) => (await tiny.sell(key)).status;

test('sales go through the mesh', async () => {
  expect(await sold('first')).toBe(201);
  expect(await tiny.booked('first')).toBe(1);
});

test.each([
  ['certificate-expired', 'book-sidecar'],
  ['certificate-expired', 'till-sidecar'],
  ['wrong-identity', 'book-sidecar'],
  ['unknown-ca', 'book-sidecar'],
  ['unknown-ca', 'till-sidecar'],
])('%s at %s: nothing is sold, and once it is healed everything is', async (fault, target) => {
  const key = `${fault}-${target}`;
  const hits = await tiny.withFault({ fault, target }, async () => {
    expect(await sold(key)).toBe(503);
  });
  expect(hits).toBeGreaterThan(0);
  expect(await tiny.booked(key)).toBe(0);
});

test('a caller with the name of another is told that it may not', async () => {
  const hits = await tiny.withFault({ fault: 'wrong-identity', target: 'till-sidecar' }, async () => {
    expect(await sold('as another')).toBe(403);
  });
  expect(hits).toBeGreaterThan(0);
});

test('one that is interrupted is taken back, and may be taken back again', async () => {
  const faults = await tiny.plan({ fault: 'unknown-ca', target: 'book-sidecar' });
  await faults.inject();
  await faults.heal();
  await faults.heal();
  await waitFor(async () => ((await sold('after all')) === 201 ? true : undefined), {
    ...{ what: 'a sale', deadlineMs: 3_000 },
  });
});

test('what has no identity, or shows it to nobody, is refused at planning', async () => {
  const spec = { fault: 'certificate-expired', target: 'till' };
  await expect(planFault(spec, MESH)).rejects.toThrow('proves its identity to nobody');
});
