/** What the catalog promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */
import { TO_REDIS } from '../kit/redis.ts';

/** To the broker: an event may be sent twice, its consumers make it one effect. */
export const CATALOG_TO_KAFKA = { idempotent: true } as const;

/** The cache is asked once and not waited for: without it every answer comes from the database. */
export const CATALOG_TO_REDIS = TO_REDIS;
