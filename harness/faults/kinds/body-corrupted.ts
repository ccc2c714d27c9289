/** Body corrupted: some bytes of a reply are inverted on the way; its length is kept. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'body-corrupted',
  summary: 'inverts bytes of a reply body',
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc'],
  options: z.strictObject({
    offset: z.int().min(0).max(1_000_000_000).default(0),
    bytes: z.int().min(1).max(1_000_000).default(1),
  }),
  example: "body-corrupted 'payment->psp' --operation 'POST /charges' --times 1",
  action: (options) => ({ do: 'corrupt', ...options }),
});
