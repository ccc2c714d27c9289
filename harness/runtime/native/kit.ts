/** The parts of a lab as child processes, prepared from copies of the templates. */
import type { PartKit } from '../boot-parts.ts';
import { type NativeContext, partOf } from './context.ts';
import { kafkaSpec, makeTopics } from './kafka.ts';
import { makeDatabases, postgresSpec } from './postgres.ts';
import { redisSpec } from './redis.ts';
import { serviceSpec } from './service.ts';
import { requireProxies, toxiproxySpec } from './toxiproxy.ts';
import { wireSpec } from './wire.ts';

/** `copies` of the templates, by store and broker, are being made. */
export function nativeKit(
  context: NativeContext,
  copies: Readonly<Record<string, Promise<void>>>,
  signal: AbortSignal,
): PartKit {
  const isRedis = (store: string) => context.topology.stores[store]?.kind === 'redis';
  return {
    wire: () => wireSpec(context),
    toxiproxy: () => toxiproxySpec(context),
    service: (name, service) => serviceSpec(context, name, service),
    store: (name) => (isRedis(name) ? redisSpec : postgresSpec)(context, name),
    broker: (name) => kafkaSpec(context, name),
    prepared: async (name) => copies[name],
    requireProxies: () => requireProxies(context),
    makeDatabases: (name) => makeDatabases(context, name),
    async makeTopics(name) {
      const broker = context.topology.brokers[name];
      if (broker) await makeTopics(partOf(context, name).port, broker, signal);
    },
  };
}
