/** Redis stale: the first reply seen to a command is given again later, although the value has changed, as by a replica that lags. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'redis-stale',
  summary: 'gives older replies again to chosen Redis commands; only those that differ from the true ones count',
  scopes: ['case', 'shared'],
  protocols: ['redis'],
  options: z.strictObject({}),
  example: "redis-stale 'catalog->redis' --operation 'GET *'",
  action: () => ({ do: 'redis-stale' }),
});
