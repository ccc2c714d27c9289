/** Header dropped: the callee gets the request without one header or gRPC metadata (an idempotency key, a trace, a deadline). */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'header-dropped',
  summary: 'drops a header of a request on its way',
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc'],
  options: z.strictObject({ header: z.string().regex(/^[\w-]+$/, 'must be the name of a header') }),
  example: "header-dropped 'payment->psp' --option header=idempotency-key",
  action: ({ header }) => ({ do: 'drop-header', header }),
});
