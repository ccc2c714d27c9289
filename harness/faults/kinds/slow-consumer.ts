/** Slow consumer: what a Fetch brings comes later, so that the group falls behind. */
import { z } from 'zod';
import { milliseconds } from '../fault.ts';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'slow-consumer',
  summary: 'delays what a consumer fetches',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({ delayMs: milliseconds.default(500) }),
  example: "slow-consumer 'shipping->kafka' --option delayMs=1000",
  operation: 'Fetch',
  action: ({ delayMs }) => ({ do: 'delay', delayMs, at: 'after' }),
});
