/** Wrong identity: a part shows a certificate of the right authority that names somebody else. */
import { z } from 'zod';
import { certificateFault } from '../certificate-fault.ts';

const options = z.strictObject({
  /** The URI it names. */
  as: z.string().min(1).max(200).default('spiffe://shop/somebody-else'),
});

export default certificateFault<z.output<typeof options>>({
  name: 'wrong-identity',
  summary: 'lets a part show a certificate that names another',
  options: options as z.ZodType<z.output<typeof options>>,
  example: 'wrong-identity order-sidecar --option as=spiffe://shop/payment',
  flaw: ({ as }) => ({ identity: as }),
});
