import { appendFileSync } from 'node:fs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { callsOf } from './sdk-calls.ts';

/**
 * Loaded before a service by the end-to-end tests (`--import`): adds a middleware to its DynamoDB client that writes each
 * kind of call down once, in one JSON line. The service's own code knows nothing of it, so no deployment can be told to write.
 */
const file = process.env.AWS_CALLS_FILE ?? '';
const service = process.env.AWS_CALLS_OF ?? '';
const known = new Set<string>();

const make = DynamoDBDocumentClient.from;
DynamoDBDocumentClient.from = (client, configuration) => {
  const made = make.call(DynamoDBDocumentClient, client, configuration);
  made.middlewareStack.add(
    (next, context) => (call) => {
      for (const { action, resource } of callsOf(context.commandName ?? '', call.input)) {
        const line = `${JSON.stringify({ service, action, resource })}\n`;
        if (known.has(line)) continue;
        known.add(line);
        appendFileSync(file, line);
      }
      return next(call);
    },
    { step: 'initialize', name: 'callRecorder' },
  );
  return made;
};
