/** Memory limit: a part may have only so much memory; what it wants beyond is taken back, or it is ended for it. The undo starts it again. */
import { z } from 'zod';
import { pressureFault } from '../pressure-fault.ts';

const MEBIBYTE = 1024 * 1024;

export default pressureFault({
  name: 'memory-limit',
  summary: 'lets a part have only so much memory; it may be ended for wanting more',
  options: z.strictObject({ mebibytes: z.number().min(6).max(1_048_576) }),
  example: 'memory-limit payment --option mebibytes=64',
  pressure: ({ mebibytes }) => ({ on: 'memory', bytes: Math.round(mebibytes * MEBIBYTE) }),
  mayEnd: true,
});
