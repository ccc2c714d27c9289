/** What the stock images are told: the same settings as their native counterparts, in the words of the images. */
import { kafkaProperties } from '../../setup/index.ts';

const LOG_FOLDER = '/tmp/kraft-combined-logs';
/** What the JVM is told; see the native one. */
const JVM = {
  KAFKA_HEAP_OPTS: '-Xms128m -Xmx512m',
  KAFKA_JVM_PERFORMANCE_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
  KAFKA_OPTS: '-Djava.net.preferIPv4Stack=true -Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
};

/**
 * `log.dirs` is KAFKA_LOG_DIRS, and so on. The broker tells clients the published port on loopback: it is right for the harness, and services are
 * told another by the wire.
 */
export function kafkaEnvironment(port: number, controllerPort: number): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const line of kafkaProperties({ logFolder: LOG_FOLDER, port, controllerPort }).trim().split('\n')) {
    const at = line.indexOf('=');
    settings[`KAFKA_${line.slice(0, at).toUpperCase().replaceAll('.', '_')}`] = line.slice(at + 1);
  }
  const listeners = `PLAINTEXT://0.0.0.0:${port},CONTROLLER://127.0.0.1:${controllerPort}`;
  return { ...JVM, ...settings, KAFKA_LISTENERS: listeners, CLUSTER_ID: 'faultline-lab-cluster0' };
}

/** fsync guards against a crash of the machine, which throws the lab away anyhow; a killed Postgres loses nothing without it. */
export const POSTGRES_COMMAND: readonly string[] = [
  'postgres',
  ...[
    ...['max_connections=200', 'shared_buffers=32MB', 'fsync=off', 'full_page_writes=off', 'wal_level=minimal'],
    ...['max_wal_senders=0', 'checkpoint_timeout=1h', 'autovacuum_naptime=1h', 'jit=off'],
  ].flatMap((setting) => ['-c', setting]),
];

/** A StartupMessage of protocol 3.0 for postgres at postgres: answered by R (who are you?) once the server takes connections, by E before. */
export const POSTGRES_STARTUP = startup('user\0postgres\0database\0postgres\0\0');

function startup(parameters: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + parameters.length, 0);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, Buffer.from(parameters, 'latin1')]);
}
