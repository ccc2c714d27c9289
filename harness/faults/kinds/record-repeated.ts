/** Record repeated: the batch of a chosen record stands twice in one Fetch reply; one group sees the same offsets again. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'record-repeated',
  summary: 'delivers chosen record batches twice to the group behind one edge',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({}),
  example: "record-repeated 'payment->kafka'",
  operation: 'Fetch',
  action: () => ({ do: 'kafka-repeat' }),
});
