/** Latency: every reply on the edge comes later (Toxiproxy `latency`, downstream). */
import { z } from 'zod';
import { milliseconds } from '../fault.ts';
import { toxicFault } from '../toxic-fault.ts';

export default toxicFault({
  name: 'latency',
  summary: 'delays all data that comes back over an edge',
  options: z.strictObject({ latencyMs: milliseconds, jitterMs: milliseconds.default(0) }),
  example: "latency 'payment->psp' --option latencyMs=800",
  toxic: ({ latencyMs, jitterMs }) => ({
    type: 'latency',
    stream: 'downstream',
    attributes: { latency: latencyMs, jitter: jitterMs },
  }),
  countedBy: ({ latencyMs, jitterMs }) =>
    `exchanges that lasted ${latencyMs - jitterMs} ms or more at the wire, or that the caller gave up waiting for`,
  landed: (record, { latencyMs, jitterMs }) =>
    record.type === 'exchange' &&
    ((record.outcome === 'answered' && record.endAt - record.at >= latencyMs - jitterMs) ||
      record.outcome === 'gave-up'),
});
