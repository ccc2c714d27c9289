/** How a Kafka broker is configured and started on a copy of the template. Set-up and the runtime start it the same way. */

export interface KafkaServer {
  readonly logFolder: string;
  /** Where the broker listens. */
  readonly port: number;
  readonly controllerPort: number;
  /** What clients are told to dial; default 127.0.0.1 and `port`. */
  readonly advertised?: { readonly host: string; readonly port: number };
}

/** server.properties: one node, one partition for internal topics, no waiting for more group members. */
export function kafkaProperties(server: KafkaServer): string {
  const advertised = server.advertised ?? { host: '127.0.0.1', port: server.port };
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    // Voters by configuration, not in the log: so a template works with any controller port.
    'controller.quorum.voters': `1@127.0.0.1:${server.controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${server.port},CONTROLLER://127.0.0.1:${server.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${advertised.host}:${advertised.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': server.logFolder,
    'auto.create.topics.enable': false,
    'delete.topic.enable': true,
    'group.initial.rebalance.delay.ms': 0,
    // A member that was killed holds its partitions until its session ends: how long that is, is left to the members.
    'group.min.session.timeout.ms': 1_000,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'log.cleaner.enable': false,
    // Nobody reads its metrics by JMX: thousands of beans less to register at start.
    'metric.reporters': '',
    'num.network.threads': 2,
    'num.io.threads': 4,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Arguments for `java` that start the broker: quick to start rather than quick after hours. */
export function kafkaArguments(
  jars: readonly string[],
  propertiesFile: string,
  archive?: { readonly use: string } | { readonly make: string },
): string[] {
  const sharing =
    archive === undefined
      ? []
      : 'use' in archive
        ? [`-XX:SharedArchiveFile=${archive.use}`, '-Xshare:auto']
        : [`-XX:ArchiveClassesAtExit=${archive.make}`];
  return ['-cp', jars.join(':'), ...JVM_FLAGS, ...sharing, 'kafka.Kafka', propertiesFile];
}

/** The same flags for every JVM of ours: a class-data archive fits only the flags it was made with. */
export const JVM_FLAGS: readonly string[] = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xms128m',
  '-Xmx512m',
  '-Djava.net.preferIPv4Stack=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];
