import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const parts = [
  ...['analytics', 'services', 'stacks', 'charts', 'bin', 'docs/openapi.json'],
  ...['package.json', 'package-lock.json', 'cdk.json', 'tsconfig.json', 'tsconfig.infrastructure.json'],
];

/** A copy of everything that is synthesized, to be changed without a trace. */
export function copyOfThePlatform() {
  const folder = mkdtempSync(join(tmpdir(), 'platform-'));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    /** Puts `added` behind the first `after` of a file. Throws when it is not there, so that the test cannot go blind. */
    insert(file: string, after: string, added: string): void {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(after)) throw new Error(`${file} has no "${after}"`);
      writeFileSync(
        join(folder, file),
        text.replace(after, () => after + added),
      );
    },
    /** Puts what `change` makes of every file's text below a folder in its place. */
    rewrite(below: string, change: (text: string) => string): void {
      for (const file of readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' })) {
        const path = join(folder, below, file);
        if (path.endsWith('.ts')) writeFileSync(path, change(readFileSync(path, 'utf8')));
      }
    },
    write(file: string, text: string): void {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * A service for reviews of products: its facts, its table, and a row in each list that the compiler asks for one
 * (CONTRIBUTING.md); of the stacks that is the list of tables and what an order costs in each, and no construct.
 */
export function addReviewService(copy: ReturnType<typeof copyOfThePlatform>): void {
  copy.write(
    'services/review-service/service.ts',
    `import { endpoint, store, topic } from '../platform/bindings.ts';
     import type { ServiceFacts } from '../platform/facts.ts';
     export const reviewService = {
       kind: 'service', name: 'review-service', port: 8005, localPort: 8005, exposure: 'internal',
       publicRoutes: { 'GET /reviews/:product_id': 'anyone', 'POST /reviews': 'user' },
       calls: [{ to: 'product-service', on: 'request' }],
       stores: [{ store: 'ecommerce-reviews', access: 'own' }],
       publishes: [
         { topic: 'reviews.v1', partitions: 3, retentionDays: 7, deadLetter: 'reviews.v1.dlq' },
         { topic: 'reviews.v1.dlq', partitions: 1, retentionDays: 14, deadLetter: 'none' },
       ],
       consumes: [], reaches: ['kafka', 'token-issuer'],
       scaling: { by: 'cpu', min: 2, max: 4, targetPercent: 70 },
       environment: {
         REVIEWS_TABLE: store('ecommerce-reviews'), REVIEWS_TOPIC: topic('reviews.v1'),
         KAFKA_BROKERS: endpoint('kafka'), PRODUCT_SERVICE_URL: endpoint('product-service'),
       },
     } as const satisfies ServiceFacts;`,
  );
  copy.write(
    'services/review-service/table.ts',
    `import type { TableDefinition } from '../platform/facts.ts';
     export const reviewsTable = {
       name: 'ecommerce-reviews', partitionKey: { name: 'pk', type: 'S' }, sortKey: { name: 'sk', type: 'S' }, indexes: [],
     } as const satisfies TableDefinition;`,
  );
  const names = 'services/platform/names.ts';
  copy.insert(names, "'payment-service',", "\n  'review-service',");
  copy.insert(names, "'ecommerce-notifications',", "\n  'ecommerce-reviews',");
  copy.insert(names, "'orders.v1.dlq'", ", 'reviews.v1', 'reviews.v1.dlq'");
  const assembled = 'services/platform/platform.ts';
  copy.insert(
    assembled,
    "import { productService } from '../product-service/service.ts';",
    "\nimport { reviewService } from '../review-service/service.ts';",
  );
  copy.insert(assembled, "'payment-service': paymentService,", "\n    'review-service': reviewService,");
  const gateway = 'services/api-gateway/service.ts';
  copy.insert(gateway, "{ to: 'payment-service', on: 'request' },", "\n    { to: 'review-service', on: 'request' },");
  copy.insert(
    gateway,
    "PAYMENT_SERVICE_URL: endpoint('payment-service'),",
    "\n    REVIEW_SERVICE_URL: endpoint('review-service'),",
  );
  const tables = 'stacks/aws/table-definitions.ts';
  copy.insert(
    tables,
    "import { paymentsTable } from '../../services/payment-service/table.ts';",
    "\nimport { reviewsTable } from '../../services/review-service/table.ts';",
  );
  copy.insert(tables, "'ecommerce-notifications': notificationsTable,", "\n  'ecommerce-reviews': reviewsTable,");
  copy.insert(
    'bin/local/table-list.ts',
    "import { paymentsTable } from '../../services/payment-service/table.ts';",
    "\nimport { reviewsTable } from '../../services/review-service/table.ts';",
  );
  copy.insert(
    'bin/local/table-list.ts',
    "'ecommerce-notifications': notificationsTable,",
    "\n  'ecommerce-reviews': reviewsTable,",
  );
  copy.insert('bin/api-document.ts', "'api-gateway': [],", "\n  'review-service': [],");
  // What nobody can derive: what an order costs in the new table, and what a replica needs.
  copy.insert(
    'stacks/prices/usage.ts',
    "'ecommerce-notifications': { writes: 4, reads: 4 },",
    "\n  'ecommerce-reviews': { writes: 1, reads: 2 },",
  );
  copy.insert(
    'charts/resources.ts',
    'Readonly<Record<ServiceName, Resources>> = {',
    "\n  'review-service': { cpuMillis: { request: 250, limit: 1_000 }, memoryMiB: { request: 384, limit: 768 } },",
  );
}
