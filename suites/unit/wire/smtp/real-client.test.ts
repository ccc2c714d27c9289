/** A real client and a real mail server with the wire between: mails arrive and are on record; chosen commands are acted on. */
import type { AddressInfo } from 'node:net';
import { createTransport, type Transporter } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../harness/core/index.ts';
import { type Rig, rawCaller, startRig } from '../rig.ts';

let server: SMTPServer;
let upstreamPort: number;
let rig: Rig;
let transport: Transporter;
const arrived: string[] = [];

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => done(null, { user: auth.username }),
    disableReverseLookup: true,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        arrived.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  upstreamPort = (listening.address() as AddressInfo).port;
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

beforeEach(async () => {
  arrived.length = 0;
  rig = await startRig({ protocol: 'smtp', upstreamPort });
  transport = createTransport({ host: '127.0.0.1', port: rig.port, ignoreTLS: true, pool: true, maxConnections: 1 });
  return async () => {
    transport.close();
    await rig[Symbol.asyncDispose]();
  };
});

const mail = (orderId: string, text = 'hello') =>
  transport.sendMail({
    from: 'a@x.example',
    to: 'b@x.example',
    subject: 's',
    text,
    headers: { 'X-Order-Id': orderId },
  });
const hits = async () => (await rig.wire.hits('rule')).hits;
const operations = async (atLeast: number) =>
  (await rig.exchanges(atLeast)).map(({ operation, outcome, status }) =>
    `${operation} ${outcome} ${status ?? ''}`.trim(),
  );

const ONE_MAIL = [
  'CONNECT answered 220',
  'EHLO answered 250',
  'MAIL answered 250',
  'RCPT answered 250',
  'DATA answered 250',
];

describe('nothing armed', () => {
  test('each command is one exchange, a mail with its last line one DATA', async () => {
    await mail('order-1');
    expect(await operations(5)).toEqual(ONE_MAIL);
    const data = (await rig.exchanges(5))[4];
    expect(data?.key).toMatch(/^<.*@x\.example>$/);
    expect(data?.requestBytes).toBeGreaterThan(200);
    expect(arrived[0]).toContain('X-Order-ID: order-1');
  });

  test('large mails and dots in them pass as they are, several over one connection', async () => {
    const text = `${'.\r\n..\r\nline of text\r\n'.repeat(50_000)}.`;
    await mail('large', text);
    await mail('small');
    expect(arrived[0]).toContain(text.slice(0, 1_000));
    expect(arrived[0]?.length).toBeGreaterThan(text.length);
    expect((await operations(8)).filter((line) => line === 'DATA answered 250')).toHaveLength(2);
  });

  test('a login of several lines is one exchange', async () => {
    const caller = await rawCaller(rig.port);
    await caller.until((text) => text.includes('220'));
    caller.send('EHLO me\r\nAUTH LOGIN\r\n');
    await caller.until((text) => text.includes('334'));
    caller.send('dXNlcg==\r\n');
    await caller.until((text) => text.split('334').length === 3);
    caller.send('c2VjcmV0\r\nQUIT\r\n');
    await caller.until((text) => text.includes('221'));
    expect(await operations(4)).toEqual([
      'CONNECT answered 220',
      'EHLO answered 250',
      'AUTH answered 235',
      'QUIT answered 221',
    ]);
    expect(JSON.stringify(await rig.exchanges(4))).not.toContain('c2VjcmV0');
  });
});

describe('a rule armed', () => {
  test('a rule that matches nothing changes nothing', async () => {
    await rig.arm({ do: 'reset' }, { operation: 'NOTHING' });
    const text = `${'.\r\n..\r\nline of text\r\n'.repeat(20_000)}.`;
    await mail('one', text);
    await mail('two');
    expect(arrived[0]).toContain(text.slice(0, 1_000));
    expect(arrived).toHaveLength(2);
    expect((await operations(8)).slice(0, 5)).toEqual(ONE_MAIL);
  });

  test('a mail is refused, the server never has it, and the next one arrives over the same connection', async () => {
    await rig.arm({ do: 'smtp-reply', status: 451, text: 'not now' }, { operation: 'DATA', times: 1 });
    await expect(mail('one')).rejects.toMatchObject({ responseCode: 451 });
    await mail('one');
    expect(arrived).toHaveLength(1);
    expect(await hits()).toBe(1);
    expect((await rig.exchanges(8)).filter(({ operation }) => operation === 'DATA')).toMatchObject([
      { status: 451, forwarded: false, fault: 'rule' },
      { status: 250, forwarded: true },
    ]);
  });

  test('a recipient is refused for good', async () => {
    await rig.arm({ do: 'smtp-reply', status: 550, text: 'nobody here' }, { operation: 'RCPT', times: 1 });
    await expect(mail('one')).rejects.toMatchObject({ responseCode: 550 });
    await mail('two');
    expect(arrived).toHaveLength(1);
  });

  test('the door is closed: the greeting says so', async () => {
    await rig.arm({ do: 'smtp-reply', status: 421, text: 'go away' }, { operation: 'CONNECT', times: 1 });
    await expect(mail('one')).rejects.toMatchObject({ responseCode: 421 });
    await mail('two');
    expect(arrived).toHaveLength(1);
  });

  test('a mail is accepted and the reply lost', async () => {
    await rig.arm({ do: 'lost-reply' }, { operation: 'DATA', times: 1 });
    await expect(mail('one')).rejects.toThrow();
    expect(arrived).toHaveLength(1);
    await mail('one');
    expect(arrived).toHaveLength(2);
    expect(await hits()).toBe(1);
    const lost = (await rig.exchanges(5)).find(({ fault }) => fault === 'rule');
    expect(lost).toMatchObject({ operation: 'DATA', outcome: 'reset', forwarded: true });
  });

  test('a mail is chosen by its own head', async () => {
    const trigger = { operation: 'DATA', header: { name: 'X-Order-Id', value: 'order-2' } };
    await rig.arm({ do: 'smtp-reply', status: 451, text: 'not this one' }, trigger);
    await mail('order-1');
    await expect(mail('order-2')).rejects.toMatchObject({ responseCode: 451 });
    await mail('order-3');
    expect(arrived).toHaveLength(2);
  });

  test('a mail is slow before and after it arrives', async () => {
    await mail('warm');
    await rig.arm({ do: 'delay', delayMs: 120 }, { operation: 'DATA', times: 1 });
    await rig.arm({ do: 'delay', delayMs: 120, at: 'after' }, { operation: 'DATA', nth: 2, times: 1 }, 'after');
    for (const id of ['before', 'after']) {
      const from = systemClock.now();
      await mail(id);
      expect(systemClock.now() - from).toBeGreaterThan(115);
    }
    expect(arrived).toHaveLength(3);
    expect((await rig.wire.hits('after')).hits).toBe(1);
  });

  test('a held mail goes on when the rule is taken back', async () => {
    await rig.arm({ do: 'hold' }, { operation: 'DATA' });
    const held = mail('one');
    await rig.wire.nextHeld('rule', 5_000);
    expect(arrived).toHaveLength(0);
    await rig.wire.disarm('rule');
    await held;
    expect(arrived).toHaveLength(1);
  });

  test('commands sent in one go each get their own reply', async () => {
    await rig.arm({ do: 'smtp-reply', status: 550, text: 'not him' }, { operation: 'RCPT', nth: 2, times: 1 });
    const caller = await rawCaller(rig.port);
    await caller.until((text) => text.includes('220'));
    caller.send('EHLO me\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nRCPT TO:<c@x.example>\r\nDATA\r\n');
    await caller.until((text) => text.includes('354'));
    caller.send('Subject: x\r\n\r\nhello\r\n.\r\nQUIT\r\n');
    const text = await caller.until((sofar) => sofar.includes('221'));
    expect(
      text
        .split('\r\n')
        .map((line) => line.slice(0, 4))
        .filter((code) => code.endsWith(' ')),
    ).toEqual([...['220 ', '250 ', '250 ', '250 ', '550 ', '354 ', '250 ', '221 ']]);
    expect(arrived).toHaveLength(1);
  });
});
