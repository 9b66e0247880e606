import { kafkaToken, processIdentity } from './aws-token.ts';
import { isLoopback } from './loopback.ts';

/** How a process proves who it is to the brokers, over TLS. */
export type KafkaLogin = {
  /** Asked whenever a connection is made and before its token ends. */
  readonly token: () => Promise<string>;
  /** PEM of the brokers' authorities, where they are not public ones. */
  readonly ca?: string;
};

/** The login that an environment describes; none for `none`. Throws when `aws-iam` lacks a region. */
export function kafkaLogin(environment: {
  readonly KAFKA_AUTH: 'none' | 'aws-iam';
  readonly AWS_REGION?: string | undefined;
}): KafkaLogin | undefined {
  if (environment.KAFKA_AUTH === 'none') return undefined;
  if (!environment.AWS_REGION) throw new Error('KAFKA_AUTH=aws-iam needs AWS_REGION.');
  const identity = processIdentity(environment.AWS_REGION);
  return { token: () => kafkaToken(identity) };
}

/** Throws when there is no login and a broker of the list is not on this machine. */
export function requireLogin(brokers: string, login: KafkaLogin | undefined): void {
  const far = brokers.split(',').find((broker) => !isLoopback(broker.trim().replace(/:\d+$/, '')));
  if (!login && far !== undefined)
    throw new Error(`The broker ${far} is not on this machine: it needs KAFKA_AUTH=aws-iam.`);
}
