import { appendFileSync } from 'node:fs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Call, callsOf } from './sdk-calls.ts';

/**
 * Loaded before a service by the end-to-end tests (`--import`): adds a middleware to its clients of AWS that writes each
 * kind of call down once, in one JSON line. The service's own code knows nothing of it, so no deployment can be told to write.
 */
const file = process.env.AWS_CALLS_FILE ?? '';
const service = process.env.AWS_CALLS_OF ?? '';
const known = new Set<string>();

function record({ action, resource }: Call): void {
  const line = `${JSON.stringify({ service, action, resource })}\n`;
  if (known.has(line)) return;
  known.add(line);
  appendFileSync(file, line);
}

const make = DynamoDBDocumentClient.from;
DynamoDBDocumentClient.from = (client, configuration) => {
  const made = make.call(DynamoDBDocumentClient, client, configuration);
  made.middlewareStack.add(
    (next, context) => (call) => {
      for (const one of callsOf(context.commandName ?? '', call.input)) record(one);
      return next(call);
    },
    { step: 'initialize', name: 'callRecorder' },
  );
  return made;
};

// Only the function sends mail; the others start faster without the client.
if (service === 'notification-lambda') {
  const { SESv2Client } = await import('@aws-sdk/client-sesv2');
  const send = SESv2Client.prototype.send;
  SESv2Client.prototype.send = function (this: unknown, ...args: readonly object[]) {
    record({ action: `ses:${args[0]?.constructor.name.replace(/Command$/, '')}`, resource: 'email' });
    return Reflect.apply(send, this, args);
  } as typeof send;
}
