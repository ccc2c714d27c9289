/** Produce refused: the broker does not store the batch and answers with an error of your choice. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

/** https://kafka.apache.org/protocol.html#protocol_error_codes: may be tried again. */
const NOT_ENOUGH_REPLICAS = 19;

export default wireFault({
  name: 'produce-refused',
  summary: 'refuses produces with an error of your choice',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({ error: z.int().min(1).max(130).default(NOT_ENOUGH_REPLICAS) }),
  example: "produce-refused 'order->kafka' --times 3",
  operation: 'Produce',
  action: ({ error }) => ({ do: 'kafka-refuse', error }),
});
