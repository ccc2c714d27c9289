/** Refused: the callee never sees the request, and the caller can know it. HTTP: its connection is reset before a byte of reply; gRPC: REFUSED_STREAM. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

/** RFC 9113, section 7: nothing was processed, the call may be repeated. */
const REFUSED_STREAM = 7;

export default wireFault({
  name: 'refused',
  summary: 'refuses a call before it was done',
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc'],
  options: z.strictObject({}),
  example: "refused 'gateway->order' --operation 'POST /orders' --times 1",
  action: () => ({ do: 'reset', at: 'before', code: REFUSED_STREAM }),
});
