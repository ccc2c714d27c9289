/** Lost reply: the callee does the work, its reply never arrives; the caller's connection is reset, or stays silent. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'lost-reply',
  summary: 'lets the callee do the work and loses its reply',
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc', 'postgres', 'redis', 'smtp'],
  options: z.strictObject({ silent: z.boolean().default(false) }),
  example: "lost-reply 'payment->psp' --operation 'POST /charges' --times 1",
  action: (options) => ({ do: 'lost-reply', ...options }),
});
