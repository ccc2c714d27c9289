/** Record overtaken: a chosen record is skipped, and given right behind the next one (`sameKey`: the next of its key); nothing is lost. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'record-overtaken',
  summary: 'gives chosen records after those that stand behind them',
  scopes: ['shared', 'case'],
  protocols: ['kafka'],
  options: z.strictObject({ sameKey: z.boolean().default(false) }),
  example: "record-overtaken 'payment->kafka' --topic order.events --times 1",
  operation: 'Fetch',
  action: (options) => ({ do: 'kafka-overtake', ...options }),
});
