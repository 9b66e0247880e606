/** What one call asks IAM for: `PutItem` on `ecommerce-orders`, `Query` on `ecommerce-orders/index/by_user`. */
export type Call = { readonly action: string; readonly resource: string };
export type RecordedCall = Call & { readonly service: string };

type Input = {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string } | undefined>>[];
  readonly RequestItems?: Readonly<Record<string, unknown>>;
};

/** A transaction is allowed by what its parts are (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html). */
const parts: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** The IAM actions of one DynamoDB command. Throws for a command without a table, so that none is overlooked. */
export function callsOf(command: string, input: unknown): readonly Call[] {
  const { TableName, IndexName, TransactItems, RequestItems } = input as Input;
  const action = command.replace(/Command$/, '');
  if (TransactItems)
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([part, on]) => ({ action: parts[part] ?? part, resource: on?.TableName ?? '' })),
    );
  if (RequestItems) return Object.keys(RequestItems).map((resource) => ({ action, resource }));
  if (!TableName) throw new Error(`${command} names no table: tell sdk-calls.ts which one it asks.`);
  return [{ action, resource: IndexName ? `${TableName}/index/${IndexName}` : TableName }];
}
