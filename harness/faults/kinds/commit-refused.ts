/** Commit refused: an offset commit is not stored, so that everything since the last commit is delivered again. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

export default wireFault({
  name: 'commit-refused',
  summary: 'refuses offset commits: the records are delivered again',
  scopes: ['shared'],
  protocols: ['kafka'],
  options: z.strictObject({ error: z.int().min(1).max(130).default(27) }),
  example: "commit-refused 'payment->kafka' --times 1",
  operation: 'OffsetCommit',
  action: (options) => ({ do: 'kafka-commit-refused', ...options }),
});
