/** Status: a chosen HTTP exchange is answered with a status; `before` (default) the callee never sees it. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'status',
  summary: 'answers HTTP exchanges with a status of your choice',
  scopes: ['case', 'shared'],
  protocols: ['http'],
  options: z.strictObject({
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().max(10_000).optional(),
    at: z.enum(['before', 'after']).default('before'),
  }),
  example: "status 'shipping->carrier' --option status=422",
  action: (options) => ({ do: 'status', ...options }),
});
