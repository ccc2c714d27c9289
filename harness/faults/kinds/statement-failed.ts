/** Statement failed: a chosen Postgres statement is not run and fails as the server would let it fail; its transaction fails with it. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

/** As Postgres says them; `fatal` ones end the connection (appendix "PostgreSQL Error Codes" of its manual). */
const ERRORS = {
  serialization: { sqlstate: '40001', message: 'could not serialize access due to concurrent update' },
  deadlock: { sqlstate: '40P01', message: 'deadlock detected', hint: 'See server log for query details.' },
  'too-many-connections': { sqlstate: '53300', message: 'sorry, too many clients already', fatal: true },
  'read-only': { sqlstate: '25006', message: 'cannot execute the statement in a read-only transaction' },
  'disk-full': {
    sqlstate: '53100',
    message: 'could not extend file "base/16384/16385": No space left on device',
    hint: 'Check free disk space.',
  },
  'numeric-overflow': { sqlstate: '22003', message: 'integer out of range' },
  'admin-shutdown': {
    sqlstate: '57P01',
    message: 'terminating connection due to administrator command',
    fatal: true,
  },
} as const;

type ErrorName = keyof typeof ERRORS;
const NAMES = Object.keys(ERRORS) as [ErrorName, ...ErrorName[]];

export default wireFault({
  name: 'statement-failed',
  summary: "lets chosen Postgres statements fail with one of the server's errors, without running them",
  scopes: ['case', 'shared'],
  protocols: ['postgres'],
  options: z.strictObject({ error: z.enum(NAMES).default('serialization') }),
  example: "statement-failed 'inventory->postgres' --option error=deadlock --operation stock-reserve --times 1",
  // Who is one too many is told when it connects.
  operation: ({ error }) => (error === 'too-many-connections' ? 'CONNECT' : undefined),
  action: ({ error }) => ({ do: 'postgres-error', ...ERRORS[error] }),
});
