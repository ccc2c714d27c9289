/** Limit data: a connection is closed once so many bytes came back over it (Toxiproxy `limit_data`, downstream). */
import { z } from 'zod';
import { toxicFault } from '../toxic-fault.ts';

/** A connection that ended without a byte of reply may have been idle. */
const LEAST_REPLY_BYTES = 1;

export default toxicFault({
  name: 'limit-data',
  summary: 'closes a connection after so many bytes came back over it',
  options: z.strictObject({ bytes: z.int().min(1).max(1_000_000_000) }),
  example: "limit-data 'gateway->order' --option bytes=500",
  toxic: ({ bytes }) => ({ type: 'limit_data', stream: 'downstream', attributes: { bytes } }),
  countedBy: () => "connections that the callee's side closed, and exchanges that broke, at the wire",
  landed: (record, { bytes }) =>
    (record.type === 'connection' &&
      record.event !== 'open' &&
      record.by === 'callee' &&
      (record.bytesOut ?? 0) >= Math.min(bytes, LEAST_REPLY_BYTES)) ||
    (record.type === 'exchange' && record.outcome === 'reset'),
});
