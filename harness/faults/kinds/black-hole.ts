/** Black hole: the edge swallows all that goes one way and keeps the connection open (Toxiproxy `timeout` 0): a partition in one direction. */
import { z } from 'zod';
import { toxicFault } from '../toxic-fault.ts';

export default toxicFault({
  name: 'black-hole',
  summary: 'swallows all data that goes one way over an edge; connections stay open',
  options: z.strictObject({
    /** `replies`: the callee does the work and nobody hears of it. `requests`: it hears nothing. */
    swallows: z.enum(['replies', 'requests']).default('replies'),
  }),
  example: "black-hole 'payment->psp' --option swallows=requests",
  toxic: ({ swallows }) => ({
    type: 'timeout',
    stream: swallows === 'replies' ? 'downstream' : 'upstream',
    attributes: { timeout: 0 },
  }),
  countedBy: () => 'exchanges that went out and never came back, at the wire',
  landed: (record) => record.type === 'exchange' && record.forwarded && record.outcome !== 'answered',
});
