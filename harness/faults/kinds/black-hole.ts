/** Black hole: the edge swallows every reply and keeps the connection open (Toxiproxy `timeout` 0, downstream). */
import { z } from 'zod';
import { toxicFault } from '../toxic-fault.ts';

export default toxicFault({
  name: 'black-hole',
  summary: 'swallows all data that comes back over an edge; connections stay open',
  options: z.strictObject({}),
  example: "black-hole 'payment->psp'",
  toxic: () => ({ type: 'timeout', stream: 'downstream', attributes: { timeout: 0 } }),
  countedBy: () => 'exchanges that went out and never came back, at the wire',
  landed: (record) => record.type === 'exchange' && record.forwarded && record.outcome !== 'answered',
});
