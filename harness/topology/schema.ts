/** The shape of a topology, as a zod schema; what the shape cannot say (names that must exist, cycles) is in `rules/`. */
import { z } from 'zod';
import type { Topology } from '../core/index.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes, beginning with a letter');
const port = z.int().min(1).max(65_535);
const durationMs = z.number().positive();
const text = z.string().min(1);

const readyTimeoutMs = durationMs.max(600_000).optional();
const readiness = z.union([
  z.strictObject({
    http: z.string().startsWith('/', 'must begin with /'),
    secure: z.literal(true).optional(),
    timeoutMs: readyTimeoutMs,
  }),
  z.strictObject({ tcp: z.literal(true), timeoutMs: readyTimeoutMs }),
]);

const service = z.strictObject({
  command: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()).optional(),
  port: port.optional(),
  ready: readiness,
  outside: z.boolean().optional(),
  after: z.array(z.string()).optional(),
  extraPorts: z.array(name).optional(),
  beside: z.string().optional(),
  identity: z
    .strictObject({
      uri: text,
      certificatePath: z.string().startsWith('/', 'must begin with /'),
      authority: z.strictObject({ certificate: text, key: text }),
    })
    .optional(),
});

const topic = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, 'must be a Kafka topic name'),
  partitions: z.int().min(1).max(1_000),
});

const breaker = z.strictObject({
  threshold: z.int().min(1).max(10_000),
  counts: z.enum(['attempts', 'calls']),
  timeoutMs: z.number().min(1).max(600_000),
  openMs: z.number().min(1).max(3_600_000),
  probes: z.int().min(1).max(1_000),
  graceMs: z.number().min(0).max(60_000),
});

const promises = z.strictObject({
  deadlineMs: durationMs.optional(),
  retries: z.strictObject({ attempts: z.int().min(1).max(1_000_000), backoffMs: z.number().min(0) }).optional(),
  breaker: breaker.optional(),
  idempotent: z.boolean().optional(),
  fallback: z
    .strictObject({
      status: z.int().min(100).max(599),
      retryAfter: z.boolean().optional(),
      withinMs: durationMs.optional(),
    })
    .optional(),
});

const edge = z.strictObject({
  caller: z.string(),
  callee: z.string(),
  protocol: z.enum(['http', 'grpc', 'kafka', 'postgres', 'smtp', 'redis', 'tcp']),
  calleePort: z.string().optional(),
  promises: promises.optional(),
  tls: z.union([z.literal('made'), z.strictObject({ certificate: text, key: text, authority: text })]).optional(),
  registry: z.strictObject({ addresses: z.string().regex(/^(\w+|\w*\[\])(\.(\w+|\w*\[\]))*$/) }).optional(),
  through: z.strictObject({ part: text, port: text }).optional(),
  mutualTls: z.strictObject({ caller: text, callee: text, authority: text }).optional(),
});

const probe = z.union([
  z.strictObject({ store: z.string(), database: z.string(), sql: text }),
  z.strictObject({ service: z.string(), path: z.string().startsWith('/', 'must begin with /') }),
]);

const ledger = z.strictObject({
  entities: probe,
  entries: z.array(probe),
  pending: z.array(probe),
  terminal: z.record(text, z.strictObject({ counts: z.record(text, z.int().min(0)) })),
  equations: z.array(z.strictObject({ name: text, left: z.array(text), right: z.array(text) })),
  once: z.array(text),
  compensationOrder: z.array(text).optional(),
  terminalWithinMs: durationMs.optional(),
});

export const topologySchema: z.ZodType<Topology> = z.strictObject({
  name,
  services: z.record(name, service),
  stores: z.record(name, z.strictObject({ kind: z.enum(['postgres', 'redis']) })),
  brokers: z.record(name, z.strictObject({ kind: z.literal('kafka'), topics: z.array(topic) })),
  edges: z.array(edge),
  idle: z.array(z.strictObject({ edge: z.string(), operation: text })),
  ledger: ledger.optional(),
  correlate: z
    .array(
      z.strictObject({
        edge: text,
        operation: text.optional(),
        topic: text.optional(),
        id: z
          .string()
          .regex(
            /^(key|value\.[1-9]\d{0,3}|reply\.[A-Za-z_][A-Za-z0-9_]*)$/,
            'must be key, value.<number> or reply.<member>',
          ),
      }),
    )
    .optional(),
});
