/** A second door, at which these users sign in (SCRAM-SHA-512, no TLS) and may do what ACLs say. Whoever signs in nowhere is the administrator. */
export type SignIn = { readonly port: number; readonly passwords: Readonly<Record<string, string>> };

type Settings = {
  readonly dir: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly signIn?: SignIn;
};

/** The configuration of a single node that starts fast and stays small. */
export const serverProperties = ({ dir, port, controllerPort, signIn }: Settings): string => {
  const door = signIn ? `,SIGNED://127.0.0.1:${signIn.port}` : '';
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${door}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}${door}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${signIn ? ',SIGNED:SASL_PLAINTEXT' : ''}
log.dirs=${dir}/data
num.network.threads=2
num.io.threads=4
background.threads=2
num.partitions=6
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=2097152
log.segment.bytes=16777216
metadata.log.segment.bytes=16777216
log.index.size.max.bytes=1048576
broker.heartbeat.interval.ms=250
broker.session.timeout.ms=2000
${signIn ? withAcls : ''}`;
};

const withAcls = `sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.signed.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
`;

/** What the node's directory is prepared with, so that its users are there from the start. */
export const userArguments = (signIn: SignIn | undefined): readonly string[] =>
  Object.entries(signIn?.passwords ?? {}).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);

/** Warnings and errors to the log file of the process. */
export const log4jProperties = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c %m%n
log4j.logger.kafka.server=WARN
`;
