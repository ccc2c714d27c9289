/** Delay: chosen exchanges are held back for a while, request (`before`) or reply (`after`); others pass at full speed. */
import { z } from 'zod';
import { milliseconds } from '../fault.ts';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'delay',
  summary: 'delays chosen exchanges',
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc', 'kafka', 'postgres', 'redis', 'smtp'],
  options: z.strictObject({ delayMs: milliseconds, at: z.enum(['before', 'after']).default('before') }),
  example: "delay 'gateway->order' --option delayMs=300 --operation 'POST /orders'",
  action: (options) => ({ do: 'delay', ...options }),
});
