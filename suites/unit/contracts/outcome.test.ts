/** Reading of what Pact's verifier says: JSON in a text, or something else. */
import { expect, test } from 'vitest';
import { plainText, readOutcome } from '../../../harness/contracts/outcome.ts';

const mismatches = [
  { type: 'MetadataMismatch', key: 'kafka_headers_type', mismatch: 'was \u001b[31m"b"\u001b[0m' },
  { type: 'BodyMismatch', path: '$.total', mismatch: 'Expected 7 (Integer)\n to be text' },
];

test('each interaction has its own problems, in a fixed order and without colours', () => {
  const text = JSON.stringify({
    interactionResults: [
      { description: 'a', result: 'OK' },
      { description: 'b', result: 'Error', mismatch: { type: 'mismatches', mismatches } },
      { description: 'c', result: 'Error', mismatch: { type: 'error', message: 'connection refused' } },
    ],
  });

  expect([...readOutcome(text).problems]).toEqual([
    ['a', []],
    ['b', ['body $.total: Expected 7 (Integer) to be text', 'metadata kafka_headers_type: was "b"']],
    ['c', ['connection refused']],
  ]);
});

test.for(['Pact core crashed', 'null', '{"result":true}'])('%s is a failure, not a pass', (text) => {
  expect(readOutcome(text)).toEqual({ problems: new Map(), failure: text });
});

test('a long text is cut', () => {
  expect(plainText('x'.repeat(700))).toHaveLength(601);
});
