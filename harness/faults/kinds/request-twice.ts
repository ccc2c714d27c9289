/** Request twice: the callee gets the same request a second time; the caller sees the first reply. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'request-twice',
  summary: 'delivers chosen requests twice',
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc'],
  options: z.strictObject({}),
  example: "request-twice 'payment->psp' --operation 'POST /charges'",
  action: () => ({ do: 'twice' }),
});
