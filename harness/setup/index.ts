/** Obtains and checks the tools the harness stands on: Node, Java, Kafka, Postgres, Redis, Toxiproxy, k6. */
export { cacheRoot } from './cache.ts';
export { type PipedCommand, pipeCommand } from './command.ts';
export { type KafkaServer, kafkaArguments, kafkaProperties } from './kafka-server.ts';
export { takeLock } from './lock.mjs';
export { toolTable } from './table.ts';
export { ensureTools } from './tools.ts';
export { toolsFor } from './tools-for.ts';
export type {
  KafkaPaths,
  PostgresPaths,
  SetupEvent,
  SetupReport,
  ToolName,
  ToolPaths,
  ToolRow,
} from './types.ts';
