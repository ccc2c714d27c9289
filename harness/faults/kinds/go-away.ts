/** Go away: the callee says that it takes no more calls on this connection; `before`: and that the chosen call was not looked at. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'go-away',
  summary: 'tells a gRPC caller to use another connection',
  scopes: ['shared', 'case'],
  protocols: ['grpc'],
  options: z.strictObject({ at: z.enum(['before', 'after']).default('after') }),
  example: "go-away 'gateway->inventory' --times 1",
  action: (options) => ({ do: 'goaway', ...options }),
});
