/** Deadline ignored: the callee is not told how long its caller waits, and works on after it gave up. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'deadline-ignored',
  summary: 'keeps the deadline of a call from its callee',
  scopes: ['case', 'shared'],
  protocols: ['grpc'],
  options: z.strictObject({
    header: z
      .string()
      .regex(/^[\w-]+$/, 'must be the name of a header')
      .default('grpc-timeout'),
  }),
  example: "deadline-ignored 'gateway->inventory'",
  action: ({ header }) => ({ do: 'drop-header', header }),
});
