/** A real Postgres for tests: a copy of the prepared template, a free port, a role that logs in by SCRAM, all gone after `stop`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { waitFor } from '../../../../harness/core/index.ts';
import { copyFolder } from '../../../../harness/runtime/native/copy.ts';
import { ensureTools } from '../../../../harness/setup/index.ts';
import { freePort } from '../rig.ts';

export const LOGIN = { user: 'shop', password: 'only-for-tests', database: 'shop' } as const;

export interface TestPostgres {
  readonly port: number;
  /** The superuser, past the wire. */
  readonly direct: pg.Pool;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<TestPostgres> {
  const { postgres } = await ensureTools(['postgres'], () => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-postgres-'));
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  await copyFolder(postgres.template, data);
  const port = await freePort();
  const { bin, uid, gid } = postgres;
  const settings = [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    'dynamic_shared_memory_type=mmap',
    '-c',
    'log_destination=stderr',
  ];
  const child = spawn(join(bin, 'postgres'), settings, {
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = once(child, 'exit');
  const direct = new pg.Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 2 });
  direct.on('error', () => undefined);
  const stop = async () => {
    await direct.end().catch(() => undefined);
    child.kill('SIGINT');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ready = () => (log.includes('ready to accept connections') ? true : undefined);
    await waitFor(ready, { what: 'Postgres', deadlineMs: 20_000, lastSeen: () => log });
    await direct.query(`CREATE ROLE ${LOGIN.user} LOGIN PASSWORD '${LOGIN.password}'`);
    await direct.query(`CREATE DATABASE ${LOGIN.database} OWNER ${LOGIN.user} STRATEGY file_copy`);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { port, direct, stop };
}
