import type { PlatformDescription } from '../../bin/local/platform.ts';

/** The platform that the end-to-end tests share. */
export type ProvidedPlatform = PlatformDescription & {
  /** Address of its controls (tests/harness/platform.ts). */
  readonly control: string;
  /** Whether all of them run, not some that were asked for by name. */
  readonly wholeRun: boolean;
};

/** What the global set-ups hand to test files: `inject('dynamodbEndpoint')`. */
declare module 'vitest' {
  export interface ProvidedContext {
    /** `*.engine.test.ts`: connection URL of PostgreSQL's administrator. */
    postgresAdminUrl: string;
    /** `*.engine.test.ts`: URL of DynamoDB Local, without tables. */
    dynamodbEndpoint: string;
    /** `*.engine.test.ts`: host:port, without topics. */
    kafkaBrokers: string;
    /** `*.engine.test.ts`: URL of the SES v2 mailbox; `GET /store` lists its mails, of every test file. */
    sesEndpoint: string;
    /** `*.e2e.test.ts`: the whole platform; use `platformUnderTest()` of tests/harness/platform.ts. */
    platform: ProvidedPlatform;
  }
}
