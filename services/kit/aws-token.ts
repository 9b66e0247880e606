import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

type Keys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
};

/** Answers the workload's credentials: those of its pod or function, or whatever the AWS SDK finds. */
export type Credentials = (options?: { readonly forceRefresh?: boolean }) => Promise<Keys>;

export type AwsIdentity = {
  readonly region: string;
  readonly credentials: Credentials;
  readonly now?: () => Date;
};

/** Longest time that RDS and MSK accept for a token, in seconds. */
export const tokenSeconds = 900;

/** The identity of this process in a region; its credentials are kept until shortly before they end. */
export const processIdentity = (region: string): AwsIdentity => ({ region, credentials: defaultProvider() });

/** A token ends with the credentials that signed it: those that end within its time are asked for once more. */
async function freshCredentials({ credentials, now = () => new Date() }: AwsIdentity): Promise<Keys> {
  const held = await credentials();
  if (!held.expiration || held.expiration.getTime() - now().getTime() >= tokenSeconds * 1_000) return held;
  return credentials({ forceRefresh: true });
}

/** A presigned URL without any secret of ours in it; good for `tokenSeconds`. */
async function presigned(
  identity: AwsIdentity,
  request: {
    readonly service: string;
    readonly hostname: string;
    readonly port?: number;
    readonly query: Record<string, string>;
  },
): Promise<string> {
  const { service, hostname, port, query } = request;
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const signer = new SignatureV4({
    service,
    region: identity.region,
    credentials: await freshCredentials(identity),
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      ...(port === undefined ? {} : { port }),
      path: '/',
      query,
      headers: { host },
    },
    { expiresIn: tokenSeconds, ...(identity.now ? { signingDate: identity.now() } : {}) },
  );
  const parameters = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `https://${host}/?${parameters.join('&')}`;
}

/** Password of a PostgreSQL role in RDS that was granted `rds_iam`; `host` is the name that the client connects to. */
export async function databaseToken(
  identity: AwsIdentity,
  login: { readonly host: string; readonly port: number; readonly user: string },
): Promise<string> {
  const url = await presigned(identity, {
    service: 'rds-db',
    hostname: login.host,
    port: login.port,
    query: { Action: 'connect', DBUser: login.user },
  });
  return url.slice('https://'.length);
}

/** What a client of MSK answers to OAUTHBEARER. */
export async function kafkaToken(identity: AwsIdentity): Promise<string> {
  const url = await presigned(identity, {
    service: 'kafka-cluster',
    hostname: `kafka.${identity.region}.amazonaws.com`,
    query: { Action: 'kafka-cluster:Connect' },
  });
  return Buffer.from(`${url}&User-Agent=ecommerce-platform`).toString('base64url');
}
