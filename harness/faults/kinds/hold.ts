/** Hold: chosen exchanges stand still, request (`before`) or reply (`after`), until the fault is healed; others overtake them. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'hold',
  summary: 'holds chosen exchanges until the heal, so that others overtake them',
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc', 'kafka', 'postgres', 'redis', 'smtp'],
  options: z.strictObject({ at: z.enum(['before', 'after']).default('before') }),
  example: "hold 'payment->psp' --operation 'POST /charges' --times 1",
  action: (options) => ({ do: 'hold', ...options }),
});
