/** Coordinator away: what a member asks of its group is answered "not available", "loading" or "not the coordinator". */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'coordinator-away',
  summary: 'lets a group find no coordinator',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({ error: z.union([z.literal(14), z.literal(15), z.literal(16)]).default(15) }),
  example: "coordinator-away 'payment->kafka'",
  action: (options) => ({ do: 'kafka-group-refused', ...options }),
});
