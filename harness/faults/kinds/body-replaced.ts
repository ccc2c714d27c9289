/** Body replaced: the callee did the work; its reply keeps its status and says something else. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'body-replaced',
  summary: 'replaces the body of a reply',
  scopes: ['case', 'shared'],
  protocols: ['http'],
  options: z.strictObject({ body: z.string().max(10_000).default('{}'), contentType: z.string().max(200).optional() }),
  example: "body-replaced 'payment->psp' --operation 'POST /charges' --times 1",
  action: (options) => ({ do: 'replace', ...options }),
});
