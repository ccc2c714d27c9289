/** gRPC status: a chosen call is answered with a status of your choice; `before` (default) the callee never sees it. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

/** https://grpc.io/docs/guides/status-codes/ */
const CODES = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export default wireFault({
  name: 'grpc-status',
  summary: 'answers gRPC calls with a status of your choice',
  scopes: ['case', 'shared'],
  protocols: ['grpc'],
  options: z.strictObject({
    code: z.enum(Object.keys(CODES) as [keyof typeof CODES, ...(keyof typeof CODES)[]]),
    message: z.string().max(1_000).default('injected'),
    at: z.enum(['before', 'after']).default('before'),
  }),
  example: "grpc-status 'gateway->inventory' --option code=UNAVAILABLE",
  action: ({ code, message, at }) => ({ do: 'status', status: CODES[code], body: message, at }),
});
