/** The Kafka session by hand: what passes when, in which order, and how exchanges end. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../../../../harness/wire/kafka/byte-writer.ts';
import { unreadCounts } from '../../../../harness/wire/kafka/index.ts';
import { commitReply } from '../../../../harness/wire/kafka/own-messages.ts';
import { requestFrame } from './kafkajs-frames.ts';
import { EDGE, sessionBench, settle } from './session-bench.ts';

const COMMIT = 8;

async function commit(correlation: number, offset = 5): Promise<Buffer> {
  const topics = [{ topic: 't', partitions: [{ partition: 0, offset: String(offset) }] }];
  const member = { groupId: 'payment', memberId: 'm-1', groupGenerationId: 3 };
  return withCorrelation(await requestFrame('OffsetCommit', 5, { ...member, topics }), correlation);
}

async function produce(correlation: number, acks = -1): Promise<Buffer> {
  const messages = [{ key: 'order-1', value: 'v', timestamp: '1700000000000' }];
  const topicData = [{ topic: 't', partitions: [{ partition: 0, firstSequence: 0, messages }] }];
  return withCorrelation(await requestFrame('Produce', 7, { acks, timeout: 1000, topicData }), correlation);
}

function withCorrelation(frame: Buffer, correlation: number): Buffer {
  frame.writeInt32BE(correlation, 8);
  return frame;
}

function committed(correlation: number): Buffer {
  const head = { api: COMMIT, version: 5, correlation, clientId: '', bodyAt: 0 };
  return commitReply(head, [{ topic: 't', partition: 0, offset: 5 }], 0);
}

function produced(correlation: number, offset: number): Buffer {
  const writer = new ByteWriter().int32(correlation).int32(1).string('t').int32(1).int32(0);
  return writer.int16(0).int64(offset).int64(-1).int64(0).int32(0).frame();
}

const correlations = (frames: readonly Buffer[]) => frames.map((frame) => frame.readInt32BE(4));

test('with no rule armed bytes pass before the frame is complete', async () => {
  const { session, toCallee, toCaller, exchanges, lag } = sessionBench();
  const request = await commit(1);
  session.fromCaller(request.subarray(0, 20));
  expect(Buffer.concat(toCallee)).toEqual(request.subarray(0, 20));
  session.fromCaller(request.subarray(20));
  session.fromCallee(committed(1));
  expect(Buffer.concat(toCallee)).toEqual(request);
  expect(toCaller).toEqual([committed(1)]);
  expect(exchanges()).toMatchObject([{ operation: 'OffsetCommit', outcome: 'answered', forwarded: true }]);
  expect(lag.list()).toEqual([{ group: 'payment', topic: 't', partition: 0, end: 5, committed: 5 }]);
});

test('a reply of the wire waits for its turn among the replies of the broker', async () => {
  const { session, toCallee, toCaller, arm } = sessionBench();
  arm('refuse', { do: 'kafka-refuse', error: 7 });
  session.fromCaller(Buffer.concat([await commit(1), await produce(2), await commit(3)]));
  expect(correlations(toCallee.map((frame) => frame.subarray(4)))).toEqual([1, 3]);
  expect(toCaller).toEqual([]);
  session.fromCallee(Buffer.concat([committed(1), committed(3)]));
  expect(correlations(toCaller)).toEqual([1, 2, 3]);
});

test('what comes behind a held request stays behind it', async () => {
  const { session, toCallee, arm, hits, clock } = sessionBench();
  arm('slow', { do: 'delay', delayMs: 100 }, { operation: 'Produce' });
  session.fromCaller(Buffer.concat([await produce(1), await commit(2)]));
  await settle();
  expect(toCallee).toEqual([]);
  session.fromCaller(await commit(3));
  await settle();
  await clock.advance(100);
  await settle();
  expect(Buffer.concat(toCallee)).toEqual(Buffer.concat([await produce(1), await commit(2), await commit(3)]));
  expect(hits('slow')).toBe(1);
});

test('a reply delayed holds back the replies behind it', async () => {
  const { session, toCaller, arm, clock } = sessionBench();
  arm('slow', { do: 'delay', delayMs: 100, at: 'after' }, { operation: 'Produce', key: 'order-1' });
  session.fromCaller(Buffer.concat([await produce(1), await commit(2)]));
  session.fromCallee(Buffer.concat([produced(1, 9), committed(2)]));
  await settle();
  expect(toCaller).toEqual([]);
  await clock.advance(100);
  await settle();
  expect(correlations(toCaller)).toEqual([1, 2]);
});

test('a lost acknowledgement resets the caller although the record is stored, and says so', async () => {
  const { session, toCaller, ends, arm, hits, exchanges, recorded } = sessionBench();
  arm('lost', { do: 'kafka-ack-lost' }, { operation: 'Produce' });
  session.fromCaller(Buffer.concat([await produce(1), await commit(2)]));
  session.fromCallee(produced(1, 9));
  expect(ends).toEqual(['reset caller']);
  expect(toCaller).toEqual([]);
  expect(hits('lost')).toBe(1);
  expect(exchanges()).toMatchObject([
    { operation: 'Produce', outcome: 'reset', forwarded: true, fault: 'lost' },
    { operation: 'OffsetCommit', outcome: 'reset', forwarded: true },
  ]);
  const message = recorded.find(({ type }) => type === 'message');
  expect(message).toMatchObject({ action: 'produced', offset: 9, key: 'order-1', fault: 'lost' });
});

test('the second of two matching records is the one that is acted on', async () => {
  const { session, ends, arm, toCaller } = sessionBench();
  arm('second', { do: 'kafka-ack-lost' }, { operation: 'Produce', nth: 2, times: 1 });
  session.fromCaller(Buffer.concat([await produce(1), await produce(2)]));
  session.fromCallee(produced(1, 9));
  expect([ends, correlations(toCaller)]).toEqual([[], [1]]);
  session.fromCallee(produced(2, 10));
  expect(ends).toEqual(['reset caller']);
});

test('a produce without acknowledgement ends when it has passed', async () => {
  const { session, exchanges, recorded, open } = sessionBench();
  session.fromCaller(await produce(1, 0));
  expect(exchanges()).toMatchObject([{ operation: 'Produce', acks: 0, outcome: 'answered', forwarded: true }]);
  expect(recorded.find(({ type }) => type === 'message')).toMatchObject({ action: 'produced', offset: undefined });
  expect(open.list()).toEqual([]);
});

test('a caller that closes has given up what it waits for', async () => {
  const { session, exchanges, ends, open } = sessionBench();
  session.fromCaller(await commit(1));
  expect(open.list()).toHaveLength(1);
  session.callerEnded('end');
  expect(exchanges()).toMatchObject([{ outcome: 'gave-up', forwarded: true }]);
  expect([ends, open.list()]).toEqual([['end callee'], []]);
});

test('a broker that goes away resets what waits, one that cannot be reached refuses it', async () => {
  const gone = sessionBench();
  gone.session.fromCaller(await commit(1));
  gone.session.calleeEnded('reset');
  expect(gone.exchanges()).toMatchObject([{ outcome: 'reset', forwarded: true }]);
  expect(gone.ends).toEqual(['reset caller']);
  const away = sessionBench();
  away.session.fromCaller(await commit(1));
  away.session.calleeRefused();
  expect(away.exchanges()).toMatchObject([{ outcome: 'refused', forwarded: false }]);
  expect(away.ends).toEqual(['reset caller']);
});

test('a request held while its caller died still goes on, and the broker is left when it has answered', async () => {
  const { session, toCallee, ends, arm, holds, exchanges } = sessionBench();
  arm('hold', { do: 'hold' }, { operation: 'OffsetCommit', topic: 't' });
  session.fromCaller(await commit(1));
  const held = await holds.next('hold', 1000, new AbortController().signal);
  expect(held).toMatchObject({ operation: 'OffsetCommit', edge: 'payment->kafka' });
  session.callerEnded('reset');
  expect([toCallee, ends]).toEqual([[], []]);
  holds.release(held?.token ?? '', { how: 'forward', leaveGroup: false });
  await settle();
  expect(correlations(toCallee.map((frame) => frame.subarray(4)))).toEqual([1]);
  expect(ends).toEqual([]);
  session.fromCallee(committed(1));
  expect(ends).toEqual(['end callee']);
  expect(exchanges()).toMatchObject([{ outcome: 'gave-up', forwarded: true, fault: 'hold' }]);
});

test('a reply lost in silence leaves the caller waiting until it gives up', async () => {
  const { session, toCaller, ends, arm, exchanges } = sessionBench();
  arm('silent', { do: 'lost-reply', silent: true }, { operation: 'OffsetCommit' });
  session.fromCaller(await commit(1));
  session.fromCallee(committed(1));
  expect([toCaller, ends, exchanges()]).toEqual([[], [], []]);
  session.callerEnded('end');
  expect(exchanges()).toMatchObject([{ outcome: 'gave-up', forwarded: true, fault: 'silent' }]);
});

test('a swallowed commit is answered well, and the next heartbeat of its member badly', async () => {
  const { session, toCallee, toCaller, arm, lag } = sessionBench();
  arm('swallow', { do: 'kafka-commit-refused', error: 27, via: 'heartbeat' }, { times: 1 });
  session.fromCaller(await commit(1));
  expect(toCallee).toEqual([]);
  expect(toCaller).toEqual([committed(1)]);
  expect(lag.list()).toEqual([]);
  const beat = { groupId: 'payment', memberId: 'm-1', groupGenerationId: 3 };
  session.fromCaller(withCorrelation(await requestFrame('Heartbeat', 3, beat), 2));
  expect(toCaller.at(-1)).toEqual(new ByteWriter().int32(2).int32(0).int16(27).frame());
  session.fromCaller(withCorrelation(await requestFrame('Heartbeat', 3, beat), 3));
  expect(correlations(toCallee.map((frame) => frame.subarray(4)))).toEqual([3]);
});

test('a version the wire cannot read passes, is recorded as a call, and is counted', async () => {
  const { edge, session, toCallee, exchanges } = sessionBench();
  const frame = await produce(1);
  frame.writeInt16BE(12, 6);
  session.fromCaller(frame);
  session.fromCallee(produced(1, 9));
  expect(Buffer.concat(toCallee)).toEqual(frame);
  expect(exchanges()).toMatchObject([{ operation: 'Produce', outcome: 'answered' }]);
  expect(unreadCounts(edge)).toEqual({ version: 1 });
});

test('whatever the two sides send, the session does not throw, and the broker gets what the caller sent', () => {
  const noisy = { ...EDGE };
  // Plausible sizes, so that frames are found in the noise.
  const frameOf = ({ bytes }: { bytes: Uint8Array }) =>
    Buffer.concat([new ByteWriter().int32(bytes.length).done(), bytes]);
  const chunks = fc.array(fc.record({ side: fc.boolean(), bytes: fc.uint8Array({ minLength: 1, maxLength: 80 }) }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(chunks, fc.boolean(), (sent, armed) => {
      const { session, arm, toCallee } = sessionBench(noisy);
      if (armed) arm('any', { do: 'kafka-repeat' });
      for (const noise of sent) {
        if (noise.side) session.fromCaller(frameOf(noise));
        else session.fromCallee(frameOf(noise));
      }
      const fromCaller = Buffer.concat(sent.filter(({ side }) => side).map(frameOf));
      const passed = Buffer.concat(toCallee);
      expect(passed).toEqual(fromCaller.subarray(0, passed.length));
      session.callerEnded('end');
      session.calleeEnded('end');
    }),
  );
});
