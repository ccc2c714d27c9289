/** Commit lost: what a Postgres exchange changed is committed (by `COMMIT`, or as a transaction of its own), and nobody hears of it. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'commit-lost',
  summary: 'lets Postgres commit and loses the reply that says so',
  scopes: ['case', 'shared'],
  protocols: ['postgres'],
  options: z.strictObject({ silent: z.boolean().default(false) }),
  example: "commit-lost 'order->postgres' --operation order-place --times 1",
  action: (options) => ({ do: 'postgres-commit-lost', ...options }),
});
