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
