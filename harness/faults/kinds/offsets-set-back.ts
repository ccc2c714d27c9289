/** Offsets set back: the group behind one edge joins again and is told offsets that lie further back; it reads those records again. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'offsets-set-back',
  summary: 'sets the offsets of a group back',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({ records: z.int().min(1).max(1_000_000).default(10) }),
  example: "offsets-set-back 'payment->kafka' --option records=5",
  action: (options) => ({ do: 'kafka-rewind', ...options }),
});
