/** Certificate expired: a part with an identity shows one that was good until a while ago, as when its renewal failed unnoticed. */
import { z } from 'zod';
import { certificateFault } from '../certificate-fault.ts';

const options = z.strictObject({
  /** For so long it has been over. */
  sinceMs: z.number().min(1_000).max(3_000_000).default(60_000),
});

export default certificateFault<z.output<typeof options>>({
  name: 'certificate-expired',
  summary: 'lets a part show a certificate that is over',
  options: options as z.ZodType<z.output<typeof options>>,
  example: 'certificate-expired order-sidecar --option sinceMs=60000',
  flaw: ({ sinceMs }, nowMs) => ({ untilMs: nowMs - sinceMs }),
});
