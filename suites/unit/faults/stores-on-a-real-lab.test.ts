/** Every fault of Postgres, Redis and SMTP exchanges, and of the servers themselves: shown injected, hit, healed and interrupted on real parts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createTransport, type Transporter } from 'nodemailer';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultSpec, Lab, Service, Topology } from '../../../harness/core/index.ts';
import { faultsOf, findUnhealed, openFeed, planFaults } from '../../../harness/experiment/index.ts';
import { bootLab, takeDownLab } from '../../../harness/runtime/index.ts';
import { passwordOf } from '../../../harness/runtime/passwords.ts';
import { ensureTools, toolsFor } from '../../../harness/setup/index.ts';

const CASE = '00000000000000aa';
/** The tests do what it would do: they dial the addresses it was given. */
const APP: Service = {
  command: ['$' + '{node}', '-e', `require('node:http').createServer((_, r) => r.end('[]')).listen(process.env.PORT)`],
  env: { PORT: '$' + '{port}' },
  ready: { http: '/' },
};
const MAIL: Service = {
  command: ['$' + '{node}', '$' + '{root}/services-under-test/mail-sink/main.ts'],
  env: { PORT: '$' + '{port}', SMTP_PORT: '$' + '{port.smtp}' },
  ready: { http: '/ledger' },
  outside: true,
  extraPorts: ['smtp'],
};
const TOPOLOGY: Topology = {
  name: 'stores-alone',
  services: { app: APP, mail: MAIL },
  stores: { db: { kind: 'postgres' }, cache: { kind: 'redis' } },
  brokers: {},
  edges: [
    { caller: 'app', callee: 'db', protocol: 'postgres' },
    { caller: 'app', callee: 'cache', protocol: 'redis' },
    { caller: 'app', callee: 'mail', protocol: 'smtp', calleePort: 'smtp' },
  ],
  idle: [],
};

let lab: Lab;
let folder: string;
let feed: Awaited<ReturnType<typeof openFeed>>;
let pool: pg.Pool;
let redis: Redis;
let mailer: Transporter;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-faults-'));
  const tools = await ensureTools(toolsFor(TOPOLOGY), () => undefined);
  lab = await bootLab({ topology: TOPOLOGY, tools, folder });
  feed = await openFeed(lab);
  const password = passwordOf(lab.descriptor.token, 'app');
  pool = new pg.Pool({ ...lab.address('app', 'db'), user: 'app', password, database: 'app', max: 1 });
  pool.on('error', () => undefined);
  await pool.query('create table things (id int primary key)');
  const retryStrategy = (times: number) => Math.min(times * 10, 50);
  redis = new Redis({
    ...lab.address('app', 'cache'),
    username: 'app',
    password,
    retryStrategy,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => undefined);
  mailer = createTransport({ ...lab.address('app', 'mail'), ignoreTLS: true });
}, 60_000);

afterAll(async () => {
  redis?.disconnect();
  await pool?.end();
  await feed?.close();
  if (lab) await takeDownLab(lab);
  await rm(folder, { recursive: true, force: true });
});

let lastId = 0;
const put = (id: number) => pool.query({ name: 'thing-put', text: 'insert into things values ($1)', values: [id] });
const send = (orderId: string) =>
  mailer.sendMail({
    from: 'a@x.example',
    to: 'b@x.example',
    subject: 's',
    text: 't',
    headers: { 'X-Order-Id': orderId },
  });
const works = async () => {
  await expect.poll(() => put(++lastId).then(() => true), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => redis.set('app:after', '1').catch(String), { timeout: 10_000 }).toBe('OK');
};
const has = async (id: number) => (await pool.query('select 1 from things where id = $1', [id])).rowCount === 1;
const mails = async (orderId: string) => {
  const rows = await lab.probe<{ entity: string }>({ service: 'mail', path: '/ledger' });
  return rows.filter(({ entity }) => entity === orderId).length;
};

/** Injects, lets `during` look, heals; gives the hits. The lab must be as before afterwards. */
async function withFault(spec: FaultSpec, during: () => Promise<void>): Promise<number> {
  const faults = faultsOf(lab, feed, CASE, await planFaults([{ scope: 'shared', ...spec }], TOPOLOGY));
  await faults.inject();
  try {
    await during();
  } finally {
    await faults.heal();
  }
  await works();
  const [evidence] = await faults.evidence();
  expect(await findUnhealed(lab)).toEqual([]);
  return evidence?.hits ?? 0;
}

describe('Postgres', () => {
  test.each([
    ['serialization', '40001'],
    ['deadlock', '40P01'],
    ['read-only', '25006'],
    ['disk-full', '53100'],
    ['admin-shutdown', '57P01'],
  ])('a statement fails: %s', async (error, code) => {
    const id = ++lastId;
    const trigger = { operation: 'thing-put', times: 1 };
    const hits = await withFault(
      { fault: 'statement-failed', target: 'app->db', options: { error }, trigger },
      async () => {
        await expect(put(id)).rejects.toMatchObject({ code });
      },
    );
    expect(hits).toBe(1);
    expect(await has(id)).toBe(false);
  });

  test('there are too many connections', async () => {
    const options = { error: 'too-many-connections' };
    const hits = await withFault({ fault: 'statement-failed', target: 'app->db', options }, async () => {
      const late = new pg.Client({ ...pool.options });
      late.on('error', () => undefined);
      await expect(late.connect()).rejects.toMatchObject({ code: '53300' });
    });
    expect(hits).toBe(1);
  });

  test('a commit is done and nobody hears of it', async () => {
    const id = ++lastId;
    const hits = await withFault({ fault: 'commit-lost', target: 'app->db', trigger: { times: 1 } }, async () => {
      await expect(put(id)).rejects.toThrow();
    });
    expect(hits).toBe(1);
    expect(await has(id)).toBe(true);
  });

  test('a reset in mid-transaction undoes it; a delay only takes time', async () => {
    const id = ++lastId;
    const reset = { fault: 'reset', target: 'app->db', trigger: { operation: 'thing-put', times: 1 } };
    const hits = await withFault(reset, async () => {
      const client = await pool.connect();
      client.on('error', () => undefined);
      await client.query('begin');
      await client.query('insert into things values ($1)', [id]);
      await expect(
        client.query({ name: 'thing-put', text: 'insert into things values ($1)', values: [-id] }),
      ).rejects.toThrow();
      client.release(true);
    });
    expect(hits).toBe(1);
    expect(await has(id)).toBe(false);
    const slow = { fault: 'delay', target: 'app->db', options: { delayMs: 50 }, trigger: { operation: 'thing-*' } };
    expect(await withFault(slow, async () => void (await put(++lastId)))).toBe(1);
  });

  test('the server is killed, recovers from its log, and has what it acknowledged', async () => {
    const id = ++lastId;
    await put(id);
    const hits = await withFault({ fault: 'kill', target: 'db' }, async () => {
      await expect(put(++lastId)).rejects.toThrow();
    });
    expect(hits).toBe(1);
    expect(await has(id)).toBe(true);
    const log = await lab.parts.logTail('db', 40);
    expect(log.join('\n')).toMatch(/automatic recovery in progress/);
  });
});

describe('Redis', () => {
  test.each(['loading', 'oom', 'read-only', 'busy'])('an error is given: %s', async (error) => {
    const trigger = { operation: 'SET app:x', times: 1 };
    const hits = await withFault(
      { fault: 'redis-error', target: 'app->cache', options: { error }, trigger },
      async () => {
        await expect(redis.set('app:x', error)).rejects.toThrow(/LOADING|OOM|READONLY|BUSY/);
      },
    );
    expect(hits).toBe(1);
    expect(await redis.get('app:x')).not.toBe(error);
  });

  test('older replies are given again, and nothing is found', async () => {
    await redis.set('app:y', 'old');
    const hits = await withFault(
      { fault: 'redis-stale', target: 'app->cache', trigger: { operation: 'GET *' } },
      async () => {
        await redis.get('app:y');
        await redis.set('app:y', 'new');
        expect(await redis.get('app:y')).toBe('old');
      },
    );
    expect(hits).toBe(1);
    expect(await redis.get('app:y')).toBe('new');
    const nil = { fault: 'redis-nil', target: 'app->cache', trigger: { operation: 'GET *' } };
    expect(await withFault(nil, async () => expect(await redis.get('app:y')).toBeNull())).toBe(1);
    expect(await redis.get('app:y')).toBe('new');
  });

  test('everything in it is forgotten', async () => {
    await redis.set('app:z', '1');
    const hits = await withFault({ fault: 'redis-flushed', target: 'cache' }, async () => {
      expect(await redis.get('app:z')).toBeNull();
    });
    expect(hits).toBeGreaterThan(0);
  });

  test('work is done and its reply lost; the server is killed and comes back empty', async () => {
    const lost = { fault: 'lost-reply', target: 'app->cache', trigger: { operation: 'INCR app:n', times: 1 } };
    expect(await withFault(lost, async () => expect(redis.incr('app:n')).rejects.toThrow())).toBe(1);
    expect(await redis.get('app:n')).toBe('1');
    const hits = await withFault({ fault: 'kill', target: 'cache' }, async () => {
      await expect(redis.get('app:n')).rejects.toThrow();
    });
    expect(hits).toBe(1);
    expect(await redis.get('app:n')).toBeNull();
  });
});

describe('SMTP', () => {
  test.each([421, 451, 452, 550, 554])('a mail is refused with %i', async (status) => {
    const spec = { fault: 'mail-refused', target: 'app->mail', options: { status }, trigger: { times: 1 } };
    const hits = await withFault(spec, async () => {
      await expect(send(`refused-${status}`)).rejects.toMatchObject({ responseCode: status });
    });
    expect(hits).toBe(1);
    expect(await mails(`refused-${status}`)).toBe(0);
    await send(`refused-${status}`);
    expect(await mails(`refused-${status}`)).toBe(1);
  });

  test('a mail is accepted and the reply lost; another is slow', async () => {
    const lost = { fault: 'lost-reply', target: 'app->mail', trigger: { operation: 'DATA', times: 1 } };
    expect(await withFault(lost, async () => expect(send('lost')).rejects.toThrow())).toBe(1);
    expect(await mails('lost')).toBe(1);
    const slow = { fault: 'delay', target: 'app->mail', options: { delayMs: 50 }, trigger: { operation: 'DATA' } };
    expect(await withFault(slow, async () => void (await send('slow')))).toBe(1);
  });
});

test.each([
  { fault: 'statement-failed', target: 'app->db' },
  { fault: 'commit-lost', target: 'app->db' },
  { fault: 'hold', target: 'app->db' },
  { fault: 'redis-error', target: 'app->cache' },
  { fault: 'redis-stale', target: 'app->cache' },
  { fault: 'redis-nil', target: 'app->cache' },
  { fault: 'mail-refused', target: 'app->mail' },
])('$fault that is interrupted before anything happened is taken back, twice too', async (spec) => {
  const faults = faultsOf(lab, feed, CASE, await planFaults([{ ...spec, scope: 'shared' }], TOPOLOGY));
  await faults.inject();
  await faults.heal();
  await faults.heal();
  expect(await findUnhealed(lab)).toEqual([]);
  expect((await faults.evidence())[0]?.hits).toBe(0);
  await works();
});

test.each([
  [{ fault: 'statement-failed', target: 'app->cache' }, 'speaks redis'],
  [{ fault: 'redis-error', target: 'app->mail' }, 'speaks smtp'],
  [{ fault: 'mail-refused', target: 'app->db' }, 'speaks postgres'],
  [{ fault: 'statement-failed', target: 'app->db', options: { error: 'tired' } }, 'option error'],
  [{ fault: 'redis-flushed', target: 'db' }, 'redis'],
])('what the edge or the part cannot have is refused: %j', async (spec, why) => {
  await expect(planFaults([spec], TOPOLOGY)).rejects.toMatchObject({
    code: 'fault-refused',
    message: expect.stringContaining(why),
  });
});
