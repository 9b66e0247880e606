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
  }
}

export type EngineName = 'postgres' | 'dynamodb' | 'kafka' | 'ses';
