/** Produce held: a batch is kept back for a while, so that those of other producers overtake it. */
import { z } from 'zod';
import { milliseconds } from '../fault.ts';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'produce-held',
  summary: 'keeps produces back, so that others overtake them',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({ delayMs: milliseconds.default(500) }),
  example: "produce-held 'order->kafka' --option delayMs=800 --times 1",
  operation: 'Produce',
  action: ({ delayMs }) => ({ do: 'delay', delayMs, at: 'before' }),
});
