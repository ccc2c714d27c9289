/** The part of `run.json` that holds the topology. */
import { z } from 'zod';

const name = z.string().min(1);
const texts = z.record(z.string(), z.string());
const ready = z.union([
  z.looseObject({ http: z.string(), timeoutMs: z.number().optional() }),
  z.looseObject({ tcp: z.literal(true), timeoutMs: z.number().optional() }),
]);
const probe = z.union([
  z.looseObject({ store: z.string(), database: z.string(), sql: z.string() }),
  z.looseObject({ service: z.string(), path: z.string() }),
]);

const service = z.looseObject({
  command: z.array(z.string()),
  env: texts.optional(),
  port: z.number().optional(),
  ready,
  outside: z.boolean().optional(),
  after: z.array(z.string()).optional(),
  extraPorts: z.array(z.string()).optional(),
});

const promises = z.looseObject({
  deadlineMs: z.number().optional(),
  retries: z.looseObject({ attempts: z.number(), backoffMs: z.number() }).optional(),
  breaker: z
    .looseObject({
      threshold: z.number(),
      counts: z.enum(['attempts', 'calls']),
      timeoutMs: z.number(),
      openMs: z.number(),
      probes: z.number(),
      graceMs: z.number(),
    })
    .optional(),
  idempotent: z.boolean().optional(),
  fallback: z
    .looseObject({ status: z.number(), retryAfter: z.boolean().optional(), withinMs: z.number().optional() })
    .optional(),
});

const edge = z.looseObject({
  caller: name,
  callee: name,
  protocol: z.enum(['http', 'grpc', 'kafka', 'postgres', 'smtp', 'redis', 'tcp']),
  calleePort: z.string().optional(),
  promises: promises.optional(),
});

const ledger = z.looseObject({
  entities: probe,
  entries: z.array(probe),
  pending: z.array(probe),
  terminal: z.record(z.string(), z.looseObject({ counts: z.record(z.string(), z.number()) })),
  equations: z.array(z.looseObject({ name: z.string(), left: z.array(z.string()), right: z.array(z.string()) })),
  once: z.array(z.string()),
  compensationOrder: z.array(z.string()).optional(),
  terminalWithinMs: z.number().optional(),
});

export const topologySchema = z.looseObject({
  name,
  services: z.record(z.string(), service),
  stores: z.record(z.string(), z.looseObject({ kind: z.enum(['postgres', 'redis']) })),
  brokers: z.record(
    z.string(),
    z.looseObject({
      kind: z.literal('kafka'),
      topics: z.array(z.looseObject({ name: z.string(), partitions: z.number() })),
    }),
  ),
  edges: z.array(edge),
  idle: z.array(z.looseObject({ edge: z.string(), operation: z.string() })),
  ledger: ledger.optional(),
});
