/** Reset: the caller's connection is reset at a chosen exchange, before the callee saw it or after it did the work. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'reset',
  summary: "resets the caller's connection at chosen exchanges",
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc', 'kafka', 'postgres', 'redis', 'smtp'],
  options: z.strictObject({ at: z.enum(['before', 'after']).default('before') }),
  example: "reset 'gateway->order' --operation 'POST /orders' --times 1",
  action: (options) => ({ do: 'reset', ...options }),
});
