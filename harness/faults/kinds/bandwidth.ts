/** Bandwidth: replies on the edge pass at so many kilobytes a second (Toxiproxy `bandwidth`, downstream). */
import { z } from 'zod';
import { toxicFault } from '../toxic-fault.ts';

/** A reply so small that it would be as quick without the limit shows nothing. */
const TELLING_MS = 5;

export default toxicFault({
  name: 'bandwidth',
  summary: 'limits how fast data comes back over an edge',
  options: z.strictObject({ kilobytesPerSecond: z.int().min(1).max(10_000_000) }),
  example: "bandwidth 'gateway->order' --option kilobytesPerSecond=10",
  toxic: ({ kilobytesPerSecond }) => ({
    type: 'bandwidth',
    stream: 'downstream',
    attributes: { rate: kilobytesPerSecond },
  }),
  countedBy: ({ kilobytesPerSecond }) =>
    `exchanges whose reply took as long as ${kilobytesPerSecond} kB/s allow, at the wire, or that the caller gave up waiting for`,
  landed: (record, { kilobytesPerSecond }) => {
    if (record.type !== 'exchange') return false;
    const leastMs = record.responseBytes / kilobytesPerSecond;
    return record.outcome === 'gave-up' || (leastMs >= TELLING_MS && record.endAt - record.at >= leastMs * 0.9);
  },
});
