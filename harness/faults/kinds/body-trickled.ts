/** Body trickled: the head of a reply comes at once, its body in small pieces with pauses. */
import { z } from 'zod';
import { milliseconds } from '../fault.ts';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'body-trickled',
  summary: 'lets a reply body through in small pieces',
  scopes: ['case', 'shared'],
  protocols: ['http'],
  options: z.strictObject({ bytes: z.int().min(1).max(1_000_000).default(1), everyMs: milliseconds.default(100) }),
  example: "body-trickled 'gateway->order' --option bytes=4 --option everyMs=200",
  action: (options) => ({ do: 'trickle', ...options }),
});
