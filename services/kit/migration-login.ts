import { type DatabaseLogin, databaseLogin } from './database-login.ts';
import { inDatabase, prepareTokenLogin } from './database-roles.ts';

/** Where a migration job works: `role` is the service's, which is to own what an administrator creates; none without one. */
export type MigrationLogin = { readonly url: string; readonly login: DatabaseLogin; readonly role: string | undefined };

/**
 * The login of a migration job: the administrator's in the service's database where there is one, the service's own otherwise.
 * With `aws-iam` the role and the database are made first.
 */
export async function migrationLogin(environment: {
  readonly DATABASE_URL: string;
  readonly DATABASE_AUTH: 'password' | 'aws-iam';
  readonly DATABASE_CA_FILE?: string | undefined;
  readonly PLAIN_TEXT_HOSTS?: readonly string[];
  readonly MIGRATION_DATABASE_URL?: string | undefined;
}): Promise<MigrationLogin> {
  const { DATABASE_URL, DATABASE_AUTH, MIGRATION_DATABASE_URL } = environment;
  if (!MIGRATION_DATABASE_URL) {
    if (DATABASE_AUTH === 'aws-iam')
      throw new Error('DATABASE_AUTH=aws-iam needs MIGRATION_DATABASE_URL: an administrator makes the role.');
    return { url: DATABASE_URL, login: databaseLogin(environment), role: undefined };
  }
  const login = databaseLogin({ ...environment, DATABASE_AUTH: 'password' });
  if (DATABASE_AUTH === 'aws-iam') await prepareTokenLogin(MIGRATION_DATABASE_URL, DATABASE_URL, login);
  const { pathname, username } = new URL(DATABASE_URL);
  const url = inDatabase(MIGRATION_DATABASE_URL, decodeURIComponent(pathname.slice(1)));
  return { url, login, role: decodeURIComponent(username) };
}
