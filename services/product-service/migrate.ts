import { readEnvironment } from '../kit/environment.ts';
import { databaseEnvironmentSchema } from './env.ts';
import { prepareSchema } from './schema.ts';

const environment = readEnvironment(databaseEnvironmentSchema, process.env);
const applied = await prepareSchema(environment.MIGRATION_DATABASE_URL ?? environment.DATABASE_URL);
process.stdout.write(`product-database: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}\n`);
