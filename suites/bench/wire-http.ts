/** What one HTTP hop costs: direct, through the wire, through wire and Toxiproxy; recording on. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Toxiproxy } from 'toxiproxy-node-client';
import { waitFor } from '../../harness/core/index.ts';
import { TOXIPROXY_ENVIRONMENT } from '../../harness/runtime/native/toxiproxy.ts';
import { ensureTools } from '../../harness/setup/index.ts';
import type { WireEdge } from '../../harness/wire/index.ts';
import type { BenchRow } from './bench.ts';
import { fileOf, freePorts, HOST, load, median, row, run } from './hop.ts';

const ROUNDS = 5;
const ALONE_MS = 200;
const TOGETHER_MS = 500;
const IN_FLIGHT = 32;
const TARGET_ADDED_MS = 0.3;
const TARGET_PER_SECOND = 15_000;

export default async function wireHttp(): Promise<BenchRow[]> {
  await using stack = new AsyncDisposableStack();
  const ports = await startLine(stack);
  const p50 = { direct: [] as number[], wire: [] as number[], both: [] as number[] };
  for (const port of Object.values(ports)) await load(port, IN_FLIGHT, TOGETHER_MS);
  const perSecond: number[] = [];
  // In turns, so that all see the same machine.
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ['direct', 'wire', 'both'] as const) p50[way].push((await load(ports[way], 1, ALONE_MS)).p50);
    perSecond.push((await load(ports.both, IN_FLIGHT, TOGETHER_MS)).perSecond);
  }
  const added = (way: 'wire' | 'both') => p50[way].map((value, round) => value - (p50.direct[round] ?? 0));
  const [addedByBoth, rate] = [
    row('added by wire and Toxiproxy to an HTTP hop, p50', 'ms', added('both')),
    median(perSecond),
  ];
  return [
    row('HTTP hop, direct, p50', 'ms', p50.direct),
    row('added by the wire to an HTTP hop, p50', 'ms', added('wire')),
    { ...addedByBoth, target: `under ${TARGET_ADDED_MS}`, ok: addedByBoth.value < TARGET_ADDED_MS },
    {
      ...row(`HTTP requests through wire and Toxiproxy, ${IN_FLIGHT} in flight`, '1/s', perSecond),
      target: `${TARGET_PER_SECOND} or more`,
      ok: rate >= TARGET_PER_SECOND,
    },
  ];
}

/** Callee, Toxiproxy and a wire with two edges: straight to the callee, and by Toxiproxy. Each is its own process. */
async function startLine(stack: AsyncDisposableStack): Promise<{ direct: number; wire: number; both: number }> {
  const [wirePort = 0, bothPort = 0, controlPort = 0, toxiproxyPort = 0, proxyPort = 0] = await freePorts(5);
  const callee = run(stack, process.execPath, [fileOf('./http-callee.ts')]);
  const [first] = (await once(callee.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const direct = Number(first.toString());
  const { toxiproxy } = await ensureTools(['toxiproxy'], () => undefined);
  run(stack, toxiproxy, ['-host', HOST, '-port', String(toxiproxyPort)], TOXIPROXY_ENVIRONMENT);
  const control = new Toxiproxy(`http://${HOST}:${toxiproxyPort}`);
  await waitFor(() => control.getVersion().catch(() => undefined), { what: 'Toxiproxy', deadlineMs: 5_000 });
  await control.createProxy({ name: 'bench', listen: `${HOST}:${proxyPort}`, upstream: `${HOST}:${direct}` });

  const folder = await mkdtemp(join(tmpdir(), 'faultline-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const edge = (id: string, listenPort: number, upstreamPort: number): WireEdge => {
    const ends = { listenHost: HOST, listenPort, upstreamHost: HOST, upstreamPort };
    return { id, caller: 'bench', callee: 'callee', protocol: 'http', ...ends };
  };
  const edges = [edge('bench->wire', wirePort, direct), edge('bench->both', bothPort, proxyPort)];
  const wire = run(stack, process.execPath, [fileOf('../../harness/wire/main.ts')]);
  wire.stdin?.write(JSON.stringify({ controlPort, token: 'bench', edges, recordFile: join(folder, 'wire.ndjson') }));
  await once(wire.stdout as NodeJS.ReadableStream, 'data');
  return { direct, wire: wirePort, both: bothPort };
}
