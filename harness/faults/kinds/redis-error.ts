/** Redis error: a chosen command is not carried out and answered with one of the server's own errors. */
import { z } from 'zod';
import { wireFault } from '../wire-fault.ts';

/** As Redis 7 says them. */
const ERRORS = {
  loading: 'LOADING Redis is loading the dataset in memory',
  oom: "OOM command not allowed when used memory > 'maxmemory'.",
  'read-only': "READONLY You can't write against a read only replica.",
  busy: 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
} as const;

type ErrorName = keyof typeof ERRORS;
const NAMES = Object.keys(ERRORS) as [ErrorName, ...ErrorName[]];

export default wireFault({
  name: 'redis-error',
  summary: "answers chosen Redis commands with one of the server's errors, without carrying them out",
  scopes: ['case', 'shared'],
  protocols: ['redis'],
  options: z.strictObject({ error: z.enum(NAMES).default('loading') }),
  example: "redis-error 'cart->redis' --option error=oom --operation 'SET *'",
  action: ({ error }) => ({ do: 'redis-error', message: ERRORS[error] }),
});
