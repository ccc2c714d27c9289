/** Stale reply: the first reply to an operation is given again to later ones, as by a cache that nobody told; the callee does their work. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'stale-reply',
  summary: 'gives an older reply of the same operation again',
  scopes: ['case', 'shared'],
  protocols: ['http'],
  options: z.strictObject({}),
  example: "stale-reply 'gateway->order' --operation 'GET /orders/*'",
  action: () => ({ do: 'stale' }),
});
