/** What a hop costs when it goes through two sidecars under mutual TLS: against the same hop without them, in the same minute. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'undici';
import { waitFor } from '../../harness/core/index.ts';
import type { BenchRow } from './bench.ts';
import { fileOf, freePorts, HOST, load, row, run } from './hop.ts';

const ROUNDS = 5;
const ALONE_MS = 300;
const TOGETHER_MS = 600;
const IN_FLIGHT = 32;
const SECRET = 'bench';
const KEYS = '../../fixtures/keys/lab-only.mesh-ca';

export default async function mesh(): Promise<BenchRow[]> {
  await using stack = new AsyncDisposableStack();
  const ports = await startMesh(stack);
  const ways = ['direct', 'mesh'] as const;
  const p50 = { direct: [] as number[], mesh: [] as number[] };
  const perSecond = { direct: [] as number[], mesh: [] as number[] };
  for (const way of ways) await load(ports[way], IN_FLIGHT, TOGETHER_MS);
  // In turns, so that both see the same machine.
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ways) p50[way].push((await load(ports[way], 1, ALONE_MS)).p50);
    for (const way of ways) perSecond[way].push((await load(ports[way], IN_FLIGHT, TOGETHER_MS)).perSecond);
  }
  const against = (values: typeof p50) => values.mesh.map((value, round) => value / (values.direct[round] ?? 1));
  return [
    row('HTTP hop without a mesh, p50', 'ms', p50.direct),
    row('HTTP hop through two sidecars, p50', 'ms', p50.mesh),
    row(
      'added by the mesh to a hop, p50',
      'ms',
      p50.mesh.map((value, round) => value - (p50.direct[round] ?? 0)),
    ),
    row('hop through the mesh against one without, p50', '×', against(p50)),
    row(`HTTP requests through the mesh, ${IN_FLIGHT} in flight`, '1/s', perSecond.mesh),
    row(`their rate against that without a mesh`, '×', against(perSecond)),
  ];
}

/** A callee, the authority, and a sidecar at each end: every one its own process. */
async function startMesh(stack: AsyncDisposableStack): Promise<{ direct: number; mesh: number }> {
  const [ca = 0, inAdmin = 0, inMesh = 0, outAdmin = 0, mesh = 0] = await freePorts(5);
  const callee = run(stack, process.execPath, [fileOf('./http-callee.ts')]);
  const [first] = (await once(callee.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const direct = Number(first.toString());
  run(stack, process.execPath, [fileOf('../../services-under-test/mesh-ca/main.ts')], {
    ...{ PORT: `${ca}`, TRUST_DOMAIN: 'shop', JOIN_SECRET: SECRET },
    ...{ CERTIFICATE_FILE: fileOf(`${KEYS}.pem`), KEY_FILE: fileOf(`${KEYS}.key.pem`) },
  });
  await ready(ca);
  const [caller, called] = ['spiffe://shop/caller', 'spiffe://shop/called'];
  const allow = [{ from: caller, routes: ['*'] }];
  const to = [{ version: 'stable', address: `${HOST}:${inMesh}`, identity: called, weight: 1 }];
  const out = [{ name: 'called', protocol: 'http', port: `${mesh}`, timeoutMs: 5_000, to }];
  sidecar(stack, called, { ca, admin: inAdmin, mesh: inMesh }, { inbound: { http: `${HOST}:${direct}`, allow } });
  sidecar(stack, caller, { ca, admin: outAdmin, mesh: 0 }, { outbound: out });
  await Promise.all([ready(inAdmin), ready(outAdmin)]);
  return { direct, mesh };
}

function sidecar(
  stack: AsyncDisposableStack,
  identity: string,
  ports: { readonly ca: number; readonly admin: number; readonly mesh: number },
  config: object,
): void {
  const joinToken = createHmac('sha256', SECRET).update(identity).digest('hex');
  run(stack, process.execPath, [fileOf('../../services-under-test/sidecar/main.ts')], {
    ...{ NAME: identity, PORT: `${ports.admin}`, MESH_PORT: `${ports.mesh}`, NODE_ENV: 'production' },
    ...{ AUTHORITY_URL: `http://${HOST}:${ports.ca}`, AUTHORITY_FILE: fileOf(`${KEYS}.pem`) },
    MESH: JSON.stringify({ identity, joinToken, outbound: [], ...config }),
  });
}

async function ready(port: number): Promise<void> {
  const look = () =>
    request(`http://${HOST}:${port}/health/ready`).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return statusCode === 200 ? true : undefined;
      },
      () => undefined,
    );
  await waitFor(look, { what: `a service at port ${port}`, deadlineMs: 10_000 });
}
