import { expect, test } from 'vitest';
import { brokenBoundaries, missingDomainFiles } from './boundaries.ts';
import { repository, type Source, sourcesBelow } from './sources.ts';

const sources = sourcesBelow(repository);

test('every import goes in a direction that the architecture allows', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(brokenBoundaries(sources)).toEqual([]);
});

test('the list of domain files names files that exist', () => {
  expect(missingDomainFiles(sources)).toEqual([]);
});

const planted: readonly (readonly [path: string, text: string, sentence: RegExp])[] = [
  ['services/platform/facts.ts', "import { z } from 'zod';", /vocabulary imports nothing/],
  ['services/platform/facts.ts', "import { hash } from 'node:crypto';", /vocabulary imports nothing/],
  ['services/platform/rules.ts', "import { x } from '../kit/ids.ts';", /vocabulary imports nothing/],
  ['services/platform/rules.ts', "import { x } from '../order-service/service.ts';", /vocabulary imports nothing/],
  ['services/platform/platform.ts', "import { x } from '../order-service/order.ts';", /vocabulary imports nothing/],
  ['services/kit/loop.ts', "import { x } from '../order-service/events.ts';", /kit imports no service/],
  ['services/order-service/saga.ts', "import { x } from '../payment-service/payment.ts';", /only events\.ts/],
  ['services/order-service/saga.ts', "import type { x } from '../payment-service/payment.ts';", /only events\.ts/],
  ['services/order-service/saga.ts', "export { x } from '../payment-service/payment.ts';", /only events\.ts/],
  ['services/order-service/saga.ts', "export * from '../payment-service/payment.ts';", /only events\.ts/],
  ['services/order-service/saga.ts', "import '../payment-service/payment.ts';", /only events\.ts/],
  ['services/order-service/saga.ts', "const x = await import('../payment-service/payment.ts');", /only events\.ts/],
  ['services/order-service/saga.ts', "const x = require('../payment-service/payment.ts');", /only events\.ts/],
  [
    'services/order-service/saga.ts',
    "import {\n  a,\n  b,\n} from '../payment-service/payment.ts';",
    /only events\.ts/,
  ],
  ['services/order-service/saga.ts', "import { x } from '../../bin/local/ports.ts';", /nothing imports bin/],
  ['services/order-service/saga.ts', "import { x } from '../../tests/sources.ts';", /only tests import tests/],
  ['services/order-service/saga.ts', "import { x } from '../../stacks/naming.ts';", /services import services/],
  ['services/order-service/saga.ts', "import { x } from './order';", /carries its extension/],
  ['services/order-service/saga.ts', "import { x } from './main.ts';", /started, never imported/],
  ['services/order-service/saga.ts', "import { x } from '../../../elsewhere/x.ts';", /outside the repository/],
  ['services/order-service/saga.ts', "import { Kafka } from 'kafkajs';", /services\/kit\/kafka\.ts only/],
  ['bin/local/topics.ts', "import { Kafka } from 'kafkajs';", /services\/kit\/kafka\.ts only/],
  ['services/order-service/saga.ts', 'const x = process.env.HOME;', /reads process\.env/],
  ['services/order-service/saga.ts', "const x = process['env'];", /reads process\.env/],
  ['services/order-service/saga.ts', 'const { env } = process;', /reads process\.env/],
  ['services/kit/dynamo.ts', 'const x = process.env.AWS_REGION;', /reads process\.env/],
  ['services/order-service/order.ts', "import { Hono } from 'hono';", /no framework, SDK or Node/],
  ['services/order-service/order.ts', "import { hash } from 'node:crypto';", /no framework, SDK or Node/],
  ['services/order-service/order.ts', "import { x } from './clients.http.ts';", /domain files and plain functions/],
  ['services/kit/money.ts', "import { x } from './dynamo.ts';", /domain files and plain functions/],
  ['services/order-service/service.ts', "import { x } from '../kit/ids.ts';", /facts import the vocabulary only/],
  ['services/order-service/service.ts', "import { z } from 'zod';", /facts and tables import no package/],
  ['services/order-service/table.ts', "import { x } from './order.ts';", /a table imports the vocabulary only/],
  ['services/order-service/env.ts', "import { x } from 'pino';", /env\.ts is a zod schema/],
  [
    'stacks/aws/cluster.ts',
    "import { x } from '../../charts/service.ts';",
    /vocabulary, service\.ts and table\.ts only/,
  ],
  ['charts/service.ts', "import { x } from '../stacks/aws/network.ts';", /vocabulary, service\.ts and table\.ts only/],
  [
    'stacks/aws/tables.ts',
    "import { x } from '../../services/order-service/order.ts';",
    /vocabulary, service\.ts and table/,
  ],
  ['stacks/aws/network.ts', "import { x } from '../gcp/network.ts';", /two clouds/],
  ['stacks/gcp/network.ts', "import { Stack } from 'aws-cdk-lib';", /stacks\/aws only/],
  ['stacks/aws/network.ts', "import { x } from '@cdktf/provider-google/lib/x';", /stacks\/gcp only/],
  ['stacks/aws/network.ts', "import { Chart } from 'cdk8s';", /charts only/],
  ['services/order-service/saga.ts', "import { Stack } from 'aws-cdk-lib/core';", /stacks\/aws only/],
];

test.each(planted)('planted in %s: %s', (path, text, sentence) => {
  const source: Source = { path, text: `/** A file. */\n${text}\n` };
  expect(brokenBoundaries([source]).join('\n')).toMatch(sentence);
});

test.each([
  ['services/order-service/saga.ts', "// import { x } from '../payment-service/payment.ts';"],
  ['services/order-service/saga.ts', "/* process.env.X */ const x = 'https://a/b';"],
  ['services/notification-lambda/incoming.ts', "import { x } from '../order-service/events.ts';"],
  ['services/order-service/main.ts', 'const x = process.env.HOME;'],
  ['services/order-service/order.ts', "import type { Clients } from './clients.ts';"],
  ['stacks/aws/tables.ts', "import { x } from '../../services/order-service/table.ts';"],
  ['charts/service.ts', "import { platform } from '../services/platform/platform.ts';"],
  ['tests/x.unit.test.ts', "import { x } from '../bin/local/ports.ts';"],
])('allowed in %s: %s', (path, text) => {
  expect(brokenBoundaries([{ path, text }])).toEqual([]);
});
