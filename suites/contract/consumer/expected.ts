/** What every consumer of the shop's events expects of a record's envelope, and small pieces the consumer tests share. */
import { MatchersV3 } from '@pact-foundation/pact';
import type { ExpectedRecord } from '../../../harness/contracts/index.ts';

const { regex, string, uuid } = MatchersV3;

export const ORDER_ID = '7b1f9c1e-5a50-4f0c-9a54-0d3c53d2a001';

/** A record of `type` on `topic` whose `data` the consumer needs as given; key and headers as all consumers rely on. */
export function expectedEvent(topic: string, type: string, data: Readonly<Record<string, unknown>>): ExpectedRecord {
  return {
    topic,
    key: uuid(ORDER_ID),
    headers: {
      type,
      traceparent: regex('^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`),
      'correlation-id': string('correlation-1'),
    },
    value: { eventId: uuid('1d6f0a52-1f6b-4a7a-8f0e-7f9f0c1e2b3d'), type, orderId: uuid(ORDER_ID), data },
  };
}

/** A value that the provider's state handler fills in; `example` is what the consumer test itself sends. */
export function fromState(expression: string, example: string) {
  return MatchersV3.fromProviderState(expression, example);
}
