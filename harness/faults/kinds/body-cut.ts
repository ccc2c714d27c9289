/** Body cut: a reply breaks off in the middle; the callee did the work. HTTP: the connection is reset, gRPC: the stream. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'body-cut',
  summary: 'breaks a reply off after so many bytes of its body',
  scopes: ['case', 'shared'],
  protocols: ['http', 'grpc'],
  options: z.strictObject({ afterBytes: z.int().min(0).max(1_000_000_000).default(10) }),
  example: "body-cut 'gateway->order' --option afterBytes=20",
  action: ({ afterBytes }) => ({ do: 'cut', afterBytes }),
});
