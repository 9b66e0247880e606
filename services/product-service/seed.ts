import { databaseLogin } from '../kit/database-login.ts';
import { readEnvironment } from '../kit/environment.ts';
import { databaseEnvironmentSchema } from './env.ts';
import { connectAsService } from './schema.ts';
import { seedCatalogue } from './seed-catalogue.ts';

const environment = readEnvironment(databaseEnvironmentSchema, process.env);
const database = connectAsService({
  ...databaseLogin(environment),
  url: environment.DATABASE_URL,
  max: 1,
  name: 'product-service seed',
});
try {
  const { products, receipts } = await seedCatalogue(database);
  process.stdout.write(`product-database: ${products} products and ${receipts} stock receipts added\n`);
} finally {
  await database.close();
}
