/** Requests and replies in every version that kafkajs speaks, against its own encoders and decoders. */
import { expect, test } from 'vitest';
import { commitReply, heartbeatReply, produceRefusal } from '../../../../harness/wire/kafka/own-messages.ts';
import { readReply } from '../../../../harness/wire/kafka/replies.ts';
import { type RequestBody, readRequest, readRequestHead } from '../../../../harness/wire/kafka/requests.ts';
import { readReplyFrame, requestFrame, versionsOf } from './kafkajs-frames.ts';

const member = { groupId: 'payment', memberId: 'm-1', groupGenerationId: 3, generationId: 3 };

async function each(api: string, lowest: number, highest: number, values: object, check: (body: RequestBody) => void) {
  const versions = versionsOf(api, lowest, highest);
  expect(versions.length).toBeGreaterThan(0);
  for (const version of versions) {
    const frame = await requestFrame(api, version, values);
    const head = readRequestHead(frame);
    expect(head).toMatchObject({ version, correlation: 77, clientId: 'payment' });
    check(readRequest(frame, head));
  }
}

test('Produce', async () => {
  const messages = [{ key: 'order-1', value: 'v', headers: { type: 'x' }, timestamp: '1700000000000' }];
  const topicData = [{ topic: 'order.events', partitions: [{ partition: 2, firstSequence: 0, messages }] }];
  await each('Produce', 3, 8, { acks: -1, timeout: 1000, topicData }, (body) => {
    expect(body).toMatchObject({ api: 'produce', acks: -1, partitions: [{ topic: 'order.events', partition: 2 }] });
    if (body.api !== 'produce') return;
    const [record] = body.partitions[0]?.batches[0]?.records ?? [];
    expect([String(record?.key), String(record?.value), record?.timestamp]).toEqual([
      'order-1',
      'v',
      1_700_000_000_000,
    ]);
  });
});

test('Fetch', async () => {
  const partition = { partition: 1, fetchOffset: '12345678901', maxBytes: 1000, currentLeaderEpoch: 4 };
  const values = {
    maxWaitTime: 1,
    minBytes: 1,
    maxBytes: 9,
    isolationLevel: 1,
    rackId: '',
    topics: [{ topic: 't', partitions: [partition] }],
  };
  await each('Fetch', 4, 11, values, (body) =>
    expect(body).toEqual({ api: 'fetch', positions: [{ topic: 't', partition: 1, offset: 12_345_678_901 }] }),
  );
});

test('OffsetCommit', async () => {
  const topics = [
    {
      topic: 't',
      partitions: [
        { partition: 0, offset: '7' },
        { partition: 1, offset: '9' },
      ],
    },
  ];
  await each('OffsetCommit', 2, 7, { ...member, topics }, (body) =>
    expect(body).toEqual({
      api: 'commit',
      group: 'payment',
      member: 'm-1',
      offsets: [
        { topic: 't', partition: 0, offset: 7 },
        { topic: 't', partition: 1, offset: 9 },
      ],
    }),
  );
});

test('JoinGroup', async () => {
  // ConsumerProtocolSubscription v1: two topics, no user data.
  const metadata = Buffer.from('0001000000020001610001620000000000', 'hex');
  const groupProtocols = [{ name: 'RoundRobinAssigner', metadata }];
  const values = { ...member, sessionTimeout: 1, rebalanceTimeout: 1, protocolType: 'consumer', groupProtocols };
  await each('JoinGroup', 0, 5, values, (body) =>
    expect(body).toEqual({ api: 'join', group: 'payment', member: 'm-1', topics: ['a', 'b'] }),
  );
});

test('Heartbeat, SyncGroup and LeaveGroup name their member', async () => {
  const expected = { api: 'member', group: 'payment', member: 'm-1' };
  await each('Heartbeat', 0, 3, member, (body) => expect(body).toEqual(expected));
  await each('SyncGroup', 0, 3, { ...member, groupAssignment: [] }, (body) =>
    expect(body).toEqual({ ...expected, generation: 3 }),
  );
  const left = { api: 'leave', group: 'payment', members: ['m-1'] };
  await each('LeaveGroup', 0, 2, member, (body) => expect(body).toEqual(left));
});

const place = { topic: 't', partition: 1 };

test('a produce refused by the wire is read as refused', async () => {
  for (const version of versionsOf('Produce', 3, 8)) {
    const head = { api: 0, version, correlation: 5, clientId: '', bodyAt: 0 };
    const frame = produceRefusal(head, [{ ...place, batches: [] }], 10);
    expect(readReply(frame, 0, version)).toMatchObject({
      error: 10,
      partitions: [{ ...place, error: 10, baseOffset: -1 }],
    });
    expect(await readReplyFrame('Produce', version, frame)).toMatchObject({
      topics: [{ topicName: 't', partitions: [{ partition: 1, errorCode: 10 }] }],
    });
  }
});

test('a commit answered by the wire is read with its error', async () => {
  for (const version of versionsOf('OffsetCommit', 2, 7)) {
    const head = { api: 8, version, correlation: 5, clientId: '', bodyAt: 0 };
    const frame = commitReply(
      head,
      [
        { ...place, offset: 4 },
        { topic: 't', partition: 2, offset: 4 },
      ],
      27,
    );
    expect(readReply(frame, 8, version).error).toBe(27);
    expect(await readReplyFrame('OffsetCommit', version, frame)).toMatchObject({
      responses: [
        {
          topic: 't',
          partitions: [
            { partition: 1, errorCode: 27 },
            { partition: 2, errorCode: 27 },
          ],
        },
      ],
    });
  }
});

test('a heartbeat answered by the wire is read with its error', async () => {
  for (const version of versionsOf('Heartbeat', 0, 3)) {
    const frame = heartbeatReply({ api: 12, version, correlation: 5, clientId: '', bodyAt: 0 }, 27);
    expect(readReply(frame, 12, version).error).toBe(27);
    expect(await readReplyFrame('Heartbeat', version, frame)).toMatchObject({ errorCode: 27 });
  }
});
