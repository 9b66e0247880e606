/** Stands in every rendered text where the password belongs. */
export const passwordPlaceholder = '@KAFKA_PASSWORD@';

export type KafkaSecurity =
  | { readonly kind: 'plaintext' }
  /** SCRAM-SHA-512 over TLS. `truststore`: a PEM file with the authorities, where the system's own do not do. */
  | { readonly kind: 'scram'; readonly username: string; readonly truststore?: string };

/** Options of Flink's Kafka connector: how to reach the brokers, and as whom. */
export function kafkaOptions(brokers: string, security: KafkaSecurity): Readonly<Record<string, string>> {
  const servers = { 'properties.bootstrap.servers': brokers };
  if (security.kind === 'plaintext') return servers;
  // The connector carries its own copy of Kafka under another name; the usual one is "No LoginModule found".
  const login = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule';
  return {
    ...servers,
    'properties.security.protocol': 'SASL_SSL',
    'properties.sasl.mechanism': 'SCRAM-SHA-512',
    'properties.sasl.jaas.config': `${login} required username="${inJaas(security.username)}" password="${passwordPlaceholder}";`,
    ...(security.truststore
      ? {
          'properties.ssl.truststore.type': 'PEM',
          'properties.ssl.truststore.location': security.truststore,
        }
      : {}),
  };
}

/** A rendered text with the password in its place. Keep the result in memory. */
export const withPassword = (text: string, password: string): string =>
  text.replaceAll(passwordPlaceholder, () => inJaas(password).replaceAll("'", "''"));

const inJaas = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
