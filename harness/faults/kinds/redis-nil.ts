/** Redis nil: a chosen command is carried out and answered as if there were nothing, as after an eviction. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'redis-nil',
  summary: 'answers chosen Redis commands as if their key did not exist',
  scopes: ['case', 'shared'],
  protocols: ['redis'],
  options: z.strictObject({}),
  example: "redis-nil 'cart->redis' --operation 'GET *' --times 1",
  action: () => ({ do: 'redis-nil' }),
});
