/** Reset peer: every connection of the edge is reset after a while (Toxiproxy `reset_peer`, downstream). */
import { z } from 'zod';
import { milliseconds } from '../fault.ts';
import { toxicFault } from '../toxic-fault.ts';

export default toxicFault({
  name: 'reset-peer',
  summary: 'resets every connection of an edge after a while',
  options: z.strictObject({ afterMs: milliseconds.default(0) }),
  example: "reset-peer 'payment->psp' --option afterMs=200",
  toxic: ({ afterMs }) => ({ type: 'reset_peer', stream: 'downstream', attributes: { timeout: afterMs } }),
  countedBy: () => "connections that were reset on the callee's side, at the wire",
  landed: (record) => record.type === 'connection' && record.event === 'reset' && record.by === 'callee',
});
