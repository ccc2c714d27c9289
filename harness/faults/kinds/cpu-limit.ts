/** CPU limit: a part gets a small share of a processor; what it does takes longer, and nothing else changes. */
import { z } from 'zod';
import { canLimitCpu } from '../../runtime/index.ts';
import { pressureFault } from '../pressure-fault.ts';

export default pressureFault({
  name: 'cpu-limit',
  summary: 'lets a part have only so much of a processor',
  options: z.strictObject({ cpus: z.number().min(0.01).max(64).default(0.05) }),
  example: 'cpu-limit payment --option cpus=0.1',
  natively: canLimitCpu(),
  pressure: ({ cpus }) => ({ on: 'cpu', cpus }),
});
