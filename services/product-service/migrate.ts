import { readEnvironment } from '../kit/environment.ts';
import { migrationLogin } from '../kit/migration-login.ts';
import { databaseEnvironmentSchema } from './env.ts';
import { prepareSchema } from './schema.ts';

const environment = readEnvironment(databaseEnvironmentSchema, process.env);
const { url, login } = await migrationLogin(environment);
const applied = await prepareSchema(url, undefined, login);
process.stdout.write(`product-database: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}\n`);
