/** What the wire adds to a prepared Postgres statement: to the time from query to row, and in processor time of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { CorrelateRule } from '../../harness/core/index.ts';
import { LOGIN, startPostgres } from '../unit/wire/postgres/server.ts';
import { freePort } from '../unit/wire/rig.ts';
import type { BenchRow } from './bench.ts';

const ROUNDS = 5;
const TRIPS_A_ROUND = 1_000;
const WARM_UP_TRIPS = 2_000;
const TARGET_MS = 0.2;
/** Linux counts processor time for users in hundredths of a second. */
const TICK_US = 10_000;
const ORDER = '11111111-2222-3333-4444-555555555555';
const TRACEPARENT = '00-00000000000000aa0123456789abcdef-00f067aa0ba902b7-01';
const CORRELATE: readonly CorrelateRule[] = [{ edge: '*', operation: 'order-find', id: 'value.1' }];

export default async function wirePostgres(): Promise<BenchRow[]> {
  const server = await startPostgres();
  const port = await freePort();
  const wire = await startWireProcess(port, server.port);
  const direct = await connected(server.port);
  const wired = await connected(port);
  try {
    await bothInTurns(direct, wired, WARM_UP_TRIPS);
    const added: number[] = [];
    const beforeUs = wire.cpuUs();
    for (let round = 0; round < ROUNDS; round++) {
      const [without, withWire] = await bothInTurns(direct, wired, TRIPS_A_ROUND);
      added.push(withWire - without);
    }
    const cpuUs = (wire.cpuUs() - beforeUs) / (ROUNDS * TRIPS_A_ROUND);
    const value = median(added);
    return [
      {
        name: 'added by the wire to a postgres statement, p50',
        unit: 'ms',
        value,
        spread: [Math.min(...added), Math.max(...added)],
        target: `under ${TARGET_MS}`,
        ok: value < TARGET_MS,
      },
      { name: "  the wire's processor time a statement", unit: 'us', value: cpuUs },
    ];
  } finally {
    await Promise.all([direct.end(), wired.end()]);
    await wire.stop();
    await server.stop();
  }
}

async function connected(port: number): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, ...LOGIN });
  await client.connect();
  return client;
}

/** p50 of each, trip by trip in turns, so that both see the same machine. */
async function bothInTurns(direct: pg.Client, wired: pg.Client, trips: number): Promise<[number, number]> {
  const without: number[] = [];
  const withWire: number[] = [];
  for (let count = 0; count < trips; count++) {
    without.push(await trip(direct));
    withWire.push(await trip(wired));
  }
  return [median(without), median(withWire)];
}

async function trip(client: pg.Client): Promise<number> {
  const from = performance.now();
  await client.query({
    name: 'order-find',
    text: 'select $1::uuid as id, $2::text as trace, repeat($3, 100) as rest',
    values: [ORDER, TRACEPARENT, 'order'],
  });
  return performance.now() - from;
}

async function startWireProcess(listenPort: number, upstreamPort: number) {
  const main = fileURLToPath(new URL('../../harness/wire/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', main], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ends = { listenHost: '127.0.0.1', listenPort, upstreamHost: '127.0.0.1', upstreamPort };
  const edge = { id: 'bench->postgres', caller: 'bench', callee: 'postgres', protocol: 'postgres', ...ends };
  child.stdin.write(`${JSON.stringify({ controlPort: 0, token: 'bench', edges: [edge], correlate: CORRELATE })}\n`);
  await once(child.stdout, 'data');
  return {
    cpuUs(): number {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'latin1');
      const [user = 0, system = 0] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
        .map(Number);
      return (user + system) * TICK_US;
    },
    async stop() {
      const exit = once(child, 'exit');
      child.stdin.end();
      await exit;
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
