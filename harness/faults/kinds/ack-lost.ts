/** Acknowledgement lost: the broker stores the batch, the producer never hears of it and its connection is reset. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'ack-lost',
  summary: 'loses the acknowledgement of a produce that was stored',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({}),
  example: "ack-lost 'order->kafka' --times 1",
  operation: 'Produce',
  action: () => ({ do: 'kafka-ack-lost' }),
});
