/** Made once by initdb: a small data folder that labs copy. */
import { appendFileSync, chmodSync, chownSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { CacheContext } from './cache.ts';
import { mustRun } from './command.ts';
import { obtainEntry, type Recipe } from './entry.ts';
import type { FoundPostgres } from './postgres.ts';
import { fileMark } from './stamp.ts';

/** Only the superuser is trusted, and only on loopback; services log in with the password of their role. */
const HBA = `host all postgres 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
`;

/**
 * fsync and full pages guard against a crash of the machine, which throws the lab away anyhow; a killed Postgres loses nothing without them.
 * synchronous_commit stays on: without it a killed Postgres would lose what it had acknowledged.
 */
const CONFIGURATION = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 32MB
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
min_wal_size = 2MB
max_wal_size = 256MB
checkpoint_timeout = 1h
autovacuum_naptime = 1h
jit = off
log_timezone = 'UTC'
timezone = 'UTC'
`;

/** The data folder, made now where it is missing. */
export async function obtainPostgresTemplate(
  context: CacheContext,
  postgres: FoundPostgres,
  account: Account | undefined,
): Promise<string> {
  const entry = await obtainEntry(context, postgresTemplateRecipe(postgres, account, context.signal));
  return join(entry.folder, 'data');
}

export function postgresTemplateRecipe(
  postgres: FoundPostgres,
  account: Account | undefined,
  signal?: AbortSignal,
): Recipe {
  const major = postgres.version.split('.')[0];
  return {
    tool: 'postgres',
    name: `postgres-template-${major}`,
    key: `2 ${fileMark(join(postgres.bin, 'postgres'))} ${account?.uid ?? ''} ${HBA} ${CONFIGURATION}`,
    what: 'making an empty Postgres data folder',
    make: async (draft) => {
      const data = join(draft, 'data');
      mkdirSync(data, { mode: 0o700 });
      chmodSync(data, 0o700);
      if (account !== undefined) chownSync(data, account.uid, account.gid);
      const options = { ...account, cwd: draft, signal, timeoutMs: 120_000 };
      const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
      await mustRun('initdb', join(postgres.bin, 'initdb'), [...initdb, '--wal-segsize=1'], options);
      writeFileSync(join(data, 'pg_hba.conf'), HBA);
      appendFileSync(join(data, 'postgresql.conf'), CONFIGURATION);
      await shrink(postgres, data, options);
      return { version: postgres.version };
    },
  };
}

/** template0 is a third of the files and is needed only for databases in other encodings; spare log segments are a third of the bytes. */
async function shrink(postgres: FoundPostgres, data: string, options: object): Promise<void> {
  const drop = [
    "UPDATE pg_database SET datistemplate = false WHERE datname = 'template0';",
    'DROP DATABASE template0;',
  ];
  await single(postgres, data, drop, options);
  const segments = readdirSync(join(data, 'pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name));
  for (const spare of segments.sort().slice(1)) rmSync(join(data, 'pg_wal', spare));
  // Shows that it still starts.
  await single(postgres, data, ['SELECT 1;'], options);
}

/** Has Postgres carry out statements without a server. */
async function single(postgres: FoundPostgres, data: string, statements: readonly string[], options: object) {
  const file = join(data, 'statements.sql');
  writeFileSync(file, `${statements.join('\n')}\n`);
  chmodSync(file, 0o644);
  const args = ['-c', '"$1" --single -D "$2" postgres < "$3"', 'sh', join(postgres.bin, 'postgres'), data, file];
  await mustRun('shrinking the Postgres template', '/bin/sh', args, options);
  rmSync(file);
}
