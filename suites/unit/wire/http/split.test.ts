/**
 * However the bytes of a connection are cut into pieces, the wire sees the same exchanges and passes the same
 * bytes.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EDGE } from '../rig.ts';
import { cut, type Scripted, scripted, sessionInMemory } from './streams.ts';

const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 25 });
const never = { id: 'never', edge: EDGE, trigger: { operation: 'PUT /never' }, action: { do: 'reset' } } as const;

/**
 * Feeds requests in pieces; replies follow, in pieces, as soon as their requests are complete, `eager` deciding
 * when.
 */
function play(
  script: readonly Scripted[],
  requestCuts: readonly number[],
  replyCuts: readonly number[],
  eager: readonly boolean[],
  armed: string,
) {
  const line = sessionInMemory(armed === 'always' ? [never] : []);
  const requests = cut(script.map(({ request }) => request).join(''), requestCuts);
  let sent = 0;
  let answered = 0;
  let turn = 0;
  const answerWhatIsDue = (all: boolean) => {
    const due: string[] = [];
    let length = 0;
    for (const [index, { request, interim, reply }] of script.entries()) {
      length += request.length;
      if (length > sent || index < answered) continue;
      if (!all && eager[turn++ % eager.length] === false) break;
      due.push(interim + reply);
      answered = index + 1;
    }
    for (const piece of cut(due.join(''), replyCuts)) line.session.fromCallee(Buffer.from(piece, 'latin1'));
  };
  for (const [index, piece] of requests.entries()) {
    if (armed === 'flips' && index % 3 === 1) line.arm(never);
    if (armed === 'flips' && index % 3 === 2) line.disarm('never');
    line.session.fromCaller(Buffer.from(piece, 'latin1'));
    sent += piece.length;
    answerWhatIsDue(false);
  }
  answerWhatIsDue(true);
  return line;
}

for (const armed of ['never', 'always', 'flips']) {
  test(`any split gives the same records and the same bytes, with a rule armed: ${armed}`, () => {
    fc.assert(
      fc.property(
        fc.array(scripted, { minLength: 1, maxLength: 5 }),
        places,
        places,
        fc.array(fc.boolean(), { minLength: 1 }),
        (script, requestCuts, replyCuts, eager) => {
          const line = play(script, requestCuts, replyCuts, eager, armed);
          expect(line.passed.toCallee).toBe(script.map(({ request }) => request).join(''));
          expect(line.passed.toCaller).toBe(script.map(({ interim, reply }) => interim + reply).join(''));
          expect(line.exchanges().map(({ at, endAt, ...record }) => record)).toEqual(
            script.map(({ request, interim, reply, operation, status }) => ({
              type: 'exchange',
              edge: EDGE,
              protocol: 'http',
              connection: 1,
              operation,
              outcome: 'answered',
              status,
              key: expect.stringMatching(/^k\//),
              correlation: 'c',
              requestBytes: request.length,
              responseBytes: interim.length + reply.length,
              forwarded: true,
            })),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
}

test('a reply that ends with the connection ends its exchange there', () => {
  const line = sessionInMemory();
  line.session.fromCaller(Buffer.from('GET /a HTTP/1.1\r\n\r\n'));
  line.session.fromCallee(Buffer.from('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nsome'));
  line.session.fromCallee(Buffer.from(' more'));
  expect(line.exchanges()).toEqual([]);
  line.session.calleeEnded('end');
  expect(line.exchanges()).toMatchObject([{ outcome: 'answered', status: 200 }]);
});

test('a reply that breaks off is a reset', () => {
  const line = sessionInMemory();
  line.session.fromCaller(Buffer.from('GET /a HTTP/1.1\r\n\r\n'));
  line.session.fromCallee(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome'));
  line.session.calleeEnded('end');
  expect(line.exchanges()).toMatchObject([{ outcome: 'reset' }]);
});

test('a head larger than the limit passes and is recorded by its first line', () => {
  const line = sessionInMemory([never]);
  const head = `GET /big HTTP/1.1\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`;
  for (const piece of cut(head, [0.2, 0.5, 0.99])) line.session.fromCaller(Buffer.from(piece));
  line.session.fromCallee(Buffer.from('HTTP/1.1 431 Too Large\r\n\r\n'));
  expect(line.passed).toEqual({ toCallee: head, toCaller: 'HTTP/1.1 431 Too Large\r\n\r\n' });
  expect(line.exchanges()).toMatchObject([{ operation: 'GET /big', outcome: 'open' }]);
});

test('bytes that are no HTTP pass as they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 10 }),
      fc.boolean(),
      (pieces, armed) => {
        const line = sessionInMemory(armed ? [never] : []);
        for (const piece of pieces) line.session.fromCaller(Buffer.from(piece));
        for (const piece of pieces) line.session.fromCallee(Buffer.from(piece));
        line.session.callerEnded('end');
        line.session.calleeEnded('end');
        const text = Buffer.concat(pieces).toString('latin1');
        expect(line.passed).toEqual({ toCallee: text, toCaller: text });
      },
    ),
    { numRuns: 300 },
  );
});
