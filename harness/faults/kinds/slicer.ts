/** Slicer: replies come in small pieces with pauses between them (Toxiproxy `slicer`, downstream). */
import { z } from 'zod';
import { toxicFault } from '../toxic-fault.ts';

export default toxicFault({
  name: 'slicer',
  summary: 'cuts what comes back over an edge into small pieces',
  options: z.strictObject({
    sliceBytes: z.int().min(1).max(65_536).default(64),
    pauseMs: z.number().min(0.1).max(10_000).default(5),
  }),
  example: "slicer 'gateway->order' --option sliceBytes=32 --option pauseMs=10",
  toxic: ({ sliceBytes, pauseMs }) => ({
    type: 'slicer',
    stream: 'downstream',
    attributes: { average_size: sliceBytes, size_variation: 0, delay: Math.round(pauseMs * 1_000) },
  }),
  countedBy: ({ sliceBytes, pauseMs }) =>
    `exchanges that took ${pauseMs} ms for every ${sliceBytes} bytes of their reply, at the wire, or that the caller gave up waiting for`,
  landed: (record, { sliceBytes, pauseMs }) => {
    if (record.type !== 'exchange') return false;
    const pauses = Math.floor(record.responseBytes / (sliceBytes * 2));
    return record.outcome === 'gave-up' || (pauses > 0 && record.endAt - record.at >= pauses * pauseMs);
  },
});
