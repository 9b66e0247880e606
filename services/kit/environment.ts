import { z } from 'zod';

/** What every service process reads besides the bindings in its `service.ts`. */
export const processEnvironment = {
  PORT: z.coerce.number().int().min(0).max(65535),
  METRICS_PORT: z.coerce.number().int().min(0).max(65535),
  /** Address to listen on: all of them in a container, the loopback on a single machine. */
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
  /** One file per callee, named after it: the service-account token whose audience is that callee. */
  SERVICE_TOKEN_DIR: z.string().min(1),
  /** How long to keep accepting after SIGTERM, until every load balancer has noticed. */
  SHUTDOWN_DELAY_MS: z.coerce.number().int().min(0).default(5000),
  /** `name:nth:action`, see failpoints.ts; refused unless FAILPOINTS=1, which no deployment sets. */
  FAILPOINT: z.string().optional(),
  FAILPOINTS: z.literal('1').optional(),
} as const;

const awsRegion = z.string().min(1).optional();

/**
 * Hosts, besides this machine, that are reached without TLS, comma separated. No deployment sets it: it is how `npm start` takes
 * an engine on another host that its user names.
 */
const plainTextHosts = z
  .string()
  .default('')
  .transform((hosts) => hosts.split(',').filter(Boolean));

/** What a process that reaches PostgreSQL reads; hand all of it to `databaseLogin`. */
export const databaseEnvironment = {
  /** With the password where `DATABASE_AUTH` is `password`, without one where it is `aws-iam`. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** `aws-iam`: a token of the pod's role is the password, a new one for each connection. */
  DATABASE_AUTH: z.enum(['password', 'aws-iam']).default('password'),
  /** PEM file with the authorities that may have signed the server's certificate; required unless the server is on this machine. */
  DATABASE_CA_FILE: z.string().min(1).optional(),
  PLAIN_TEXT_HOSTS: plainTextHosts,
  /** Needed for `aws-iam`; EKS sets it in every pod with an identity. */
  AWS_REGION: awsRegion,
} as const;

/** What a migration job reads besides: the login of an administrator, who has a password; where there is none, `DATABASE_URL`. */
export const migrationEnvironment = {
  MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
} as const;

/** What a process that reaches Kafka reads; hand all of it to `kafkaLogin`. */
export const kafkaEnvironment = {
  /** Comma separated list of host:port. */
  KAFKA_BROKERS: z.string().min(1),
  /** `aws-iam`: TLS, and a token of the pod's role; `none` is refused unless every broker is on this machine or a plain-text host. */
  KAFKA_AUTH: z.enum(['none', 'aws-iam']).default('none'),
  PLAIN_TEXT_HOSTS: plainTextHosts,
  /** Needed for `aws-iam`. */
  AWS_REGION: awsRegion,
} as const;

/**
 * Parses the environment of a process. Exits the process with one sentence per wrong variable: a service that starts with
 * half of its configuration fails later and elsewhere. Values are never printed.
 */
export function readEnvironment<T extends z.ZodType>(schema: T, environment: NodeJS.ProcessEnv): z.infer<T> {
  if (environment.FAILPOINT && environment.FAILPOINTS !== '1') {
    process.stderr.write('FAILPOINT is set without FAILPOINTS=1; failpoints belong to tests only.\n');
    process.exit(1);
  }
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    process.stderr.write(`Environment variable ${issue.path.join('.')}: ${issue.message}\n`);
  process.exit(1);
}
