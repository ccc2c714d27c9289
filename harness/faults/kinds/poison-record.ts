/** Poison record: behind a chosen record stands another with the same key, which no consumer can read. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'poison-record',
  summary: 'puts an unreadable record on a topic',
  scopes: ['case', 'shared'],
  protocols: ['kafka'],
  options: z.strictObject({
    value: z.string().max(10_000).default('{"unfinished":'),
    /** Of the record it stands behind (event type and id); the trace is always kept. */
    keepHeaders: z.boolean().default(true),
  }),
  example: "poison-record 'order->kafka' --topic order.events --times 1",
  operation: 'Produce',
  action: (options) => ({ do: 'kafka-poison', ...options }),
});
