/** Rate limited: a request is answered 429 with `Retry-After` and never reaches the callee. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'rate-limited',
  summary: 'answers 429 with Retry-After',
  scopes: ['case', 'shared'],
  protocols: ['http'],
  options: z.strictObject({ retryAfterS: z.int().min(0).max(3_600).default(1) }),
  example: "rate-limited 'payment->psp' --option retryAfterS=2 --times 1",
  action: ({ retryAfterS }) => ({
    do: 'status',
    status: 429,
    headers: { 'retry-after': String(retryAfterS), 'content-type': 'application/problem+json' },
    body: '{"title":"Too Many Requests","status":429}',
  }),
});
