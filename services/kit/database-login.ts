import { readFileSync } from 'node:fs';
import { databaseToken, processIdentity } from './aws-token.ts';
import { isLoopback } from './loopback.ts';

/** How a process proves who it is to a PostgreSQL server, and how the server proves who it is. */
export type DatabaseLogin = {
  /** Asked for each new connection; where it is missing, the password is in the URL. */
  readonly password?: () => Promise<string>;
  /** PEM of the authorities of the server's certificate. With it the connection is TLS to the URL's host, or there is none. */
  readonly ca?: string;
  /** Hosts, besides this machine, that may be reached in plain text. */
  readonly plainTextHosts?: readonly string[];
};

/** The login that an environment describes. Throws when the file cannot be read, or `aws-iam` lacks a region or a user. */
export function databaseLogin(environment: {
  readonly DATABASE_URL: string;
  readonly DATABASE_AUTH: 'password' | 'aws-iam';
  readonly DATABASE_CA_FILE?: string | undefined;
  readonly PLAIN_TEXT_HOSTS?: readonly string[];
  readonly AWS_REGION?: string | undefined;
}): DatabaseLogin {
  const { DATABASE_URL, DATABASE_AUTH, DATABASE_CA_FILE, AWS_REGION } = environment;
  const server = {
    plainTextHosts: environment.PLAIN_TEXT_HOSTS ?? [],
    ...(DATABASE_CA_FILE ? { ca: readFileSync(DATABASE_CA_FILE, 'utf8') } : {}),
  };
  if (DATABASE_AUTH === 'password') return server;
  if (!AWS_REGION) throw new Error('DATABASE_AUTH=aws-iam needs AWS_REGION.');
  const { hostname: host, port, username, password } = new URL(DATABASE_URL);
  if (!username || password)
    throw new Error('DATABASE_AUTH=aws-iam needs a DATABASE_URL with a user and without a password.');
  const identity = processIdentity(AWS_REGION);
  const login = { host, port: Number(port || 5432), user: decodeURIComponent(username) };
  return { ...server, password: () => databaseToken(identity, login) };
}

/**
 * What the driver is told. Throws unless the server's certificate can be checked or the server is on this machine: `sslmode` in
 * a URL encrypts without looking at who answers, so it counts for nothing.
 */
export function driverLogin(url: string, { password, ca, plainTextHosts = [] }: DatabaseLogin) {
  const { hostname } = new URL(url);
  const near = isLoopback(hostname);
  if (!near && !ca && !plainTextHosts.includes(hostname))
    throw new Error(
      'A PostgreSQL server that is not on this machine needs DATABASE_CA_FILE: its certificate is checked.',
    );
  return {
    // A rejection in here would be nobody's and end the process (postgres 3.4.9): the server refuses an empty password.
    ...(password ? { password: () => password().catch(() => '') } : {}),
    ssl: ca ? { rejectUnauthorized: true, ca } : (false as const),
    // Seconds. A far server is a TLS handshake and a check of the token away.
    connect_timeout: near ? 0.5 : 2,
  };
}
