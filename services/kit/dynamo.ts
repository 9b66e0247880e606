import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { createAwsHttpHandler } from './aws-http-handler.ts';
import { fullJitter, sleep } from './backoff.ts';
import { Unavailable } from './unavailable.ts';

export type Dynamo = DynamoDBDocumentClient;
export type Item = Readonly<Record<string, unknown>>;

/** A client that reads region, credentials and endpoint from the environment, as the AWS SDK does. 3 attempts of 1 s each. */
export function createDynamo(): Dynamo {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: createAwsHttpHandler({
      connections: 64,
      maxWaiting: 1_024,
      connectTimeoutMs: 300,
      requestTimeoutMs: 1_000,
    }),
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Whether DynamoDB decided against a conditional write. */
export const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** Mistakes of ours, which must surface as defects; everything else that is not a condition means "cannot be asked". */
const defects = new Set(['ValidationException', 'SerializationException', 'TypeError', 'RangeError', 'SyntaxError']);

/**
 * Runs one DynamoDB call. Throws `Unavailable` when the store cannot be asked (down, throttled, timed out: a write may have
 * happened all the same); lets condition failures and defects through.
 */
export async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && (defects.has(error.name) || isConditionFailure(error))) throw error;
    if (error instanceof TransactionCanceledException) throw error;
    throw new Unavailable('dynamodb', error instanceof Error ? error.name : 'the call failed', {}, error);
  }
}

export type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** `refused`: a condition did not hold; `failed` are the indexes of the items whose condition it was. */
export type TransactOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly failed: readonly number[] };

/**
 * Writes all items or none. Conflicts with other transactions and throttling are tried again up to 5 times with jitter. Throws
 * `Unavailable` when no definite answer was had: re-read, and recognise your own write.
 */
export async function transact(dynamo: Dynamo, items: TransactItems): Promise<TransactOutcome> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await asking(() => dynamo.send(new TransactWriteCommand({ TransactItems: items })));
      return { kind: 'done' };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
      const failed = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
      if (failed.length > 0) return { kind: 'refused', failed };
      if (codes.includes('ValidationError')) throw error;
      if (attempt >= 4) throw new Unavailable('dynamodb', `transaction cancelled: ${codes.join(', ')}`, {}, error);
      await sleep(fullJitter(attempt, 25, 400));
    }
  }
}
