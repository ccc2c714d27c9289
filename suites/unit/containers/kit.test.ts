/** What the parts of a lab of containers are told. */
import { expect, test } from 'vitest';
import mesh from '../../../fixtures/topologies/shop-mesh.ts';
import { containerKit } from '../../../harness/runtime/containers/kit.ts';
import { planLab, portsNeeded } from '../../../harness/runtime/plan.ts';
import { projectRoot } from '../../../harness/topology/index.ts';

test('the name of a part that is down is refused, whoever dials it: a sidecar, too', () => {
  const ports = Array.from({ length: portsNeeded(mesh) }, (_, index) => 20_000 + index);
  const where = { root: projectRoot(), logs: '/logs', engine: 'unix:///engine', network: 'lab' };
  const plan = planLab(mesh, ports);
  const kit = containerKit({ topology: mesh, plan, run: 'run', token: 'token', ...where }, AbortSignal.timeout(1_000));
  const names = kit.toxiproxy().container?.standsInFor ?? [];
  const dialled = Object.values(mesh.services).flatMap(({ beside }) => beside ?? []);
  expect(dialled).toContain('bff-mobile-canary');
  expect(names).toEqual(expect.arrayContaining([...dialled, 'bff-mobile-sidecar', 'postgres']));
});
