/** Unknown CA: a part shows a certificate with its own name that was signed by an authority nobody knows. */
import { z } from 'zod';
import { certificateFault } from '../certificate-fault.ts';

export default certificateFault({
  name: 'unknown-ca',
  summary: 'lets a part show a certificate that a stranger signed',
  options: z.strictObject({}),
  example: 'unknown-ca order-sidecar',
  byStranger: true,
  flaw: () => ({}),
});
