import { kafkaToken, processIdentity } from './aws-token.ts';
import { isLoopback } from './loopback.ts';

/** How a process proves who it is to the brokers, over TLS. */
export type KafkaLogin = {
  /** Asked whenever a connection is made and before its token ends. */
  readonly token: () => Promise<string>;
  /** PEM of the brokers' authorities, where they are not public ones. */
  readonly ca?: string;
};

/** No login: plain text to this machine and to these hosts, and to no other. */
export type PlainText = { readonly plainTextHosts: readonly string[] };

/** The login that an environment describes. Throws when `aws-iam` lacks a region. */
export function kafkaLogin(environment: {
  readonly KAFKA_AUTH: 'none' | 'aws-iam';
  readonly PLAIN_TEXT_HOSTS?: readonly string[];
  readonly AWS_REGION?: string | undefined;
}): KafkaLogin | PlainText {
  if (environment.KAFKA_AUTH === 'none') return { plainTextHosts: environment.PLAIN_TEXT_HOSTS ?? [] };
  if (!environment.AWS_REGION) throw new Error('KAFKA_AUTH=aws-iam needs AWS_REGION.');
  const identity = processIdentity(environment.AWS_REGION);
  return { token: () => kafkaToken(identity) };
}

/** The hosts in a comma separated list of host:port. */
export const brokerHosts = (brokers: string): readonly string[] =>
  brokers.split(',').map((broker) => broker.trim().replace(/:\d+$/, ''));

/** The login, or none where plain text will do. Throws when there is none and a broker is neither here nor a plain-text host. */
export function requireLogin(brokers: string, login: KafkaLogin | PlainText): KafkaLogin | undefined {
  if ('token' in login) return login;
  const far = brokerHosts(brokers).find((host) => !isLoopback(host) && !login.plainTextHosts.includes(host));
  if (far !== undefined) throw new Error(`The broker ${far} is not on this machine: it needs KAFKA_AUTH=aws-iam.`);
  return undefined;
}
