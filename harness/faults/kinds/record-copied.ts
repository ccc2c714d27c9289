/** Record copied: chosen records stand twice on the topic, with new offsets; every group sees both. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'record-copied',
  summary: 'puts a second copy of chosen records on their topic',
  scopes: ['case', 'shared'],
  protocols: ['kafka'],
  options: z.strictObject({}),
  example: "record-copied 'order->kafka'",
  operation: 'Produce',
  action: () => ({ do: 'kafka-copy' }),
});
