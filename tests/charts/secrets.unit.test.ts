import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { databaseAuthorities } from '../../charts/authorities.ts';
import { clusterRows } from '../../charts/cluster-row.ts';
import { inDatabase } from '../../services/kit/database-roles.ts';
import { type EnvironmentName, environmentNames } from '../../stacks/environments.ts';
import { object, objectsOf, ofKind } from './objects.ts';

type Remote = {
  readonly secretKey: string;
  readonly remoteRef: { readonly key: string; readonly property?: string };
  readonly sourceRef: { readonly storeRef: { readonly kind: string; readonly name: string } };
};
const remotes = (environment: EnvironmentName): readonly Remote[] =>
  ofKind(environment, 'ExternalSecret').flatMap(({ spec }) => spec?.data as readonly Remote[]);

/** Names of a type of resource in the committed template of the stack Parameters. */
function deployed(environment: EnvironmentName, type: string): readonly string[] {
  const file = join(import.meta.dirname, `../../stacks/snapshots/${environment}/Parameters.json`);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: { Name: string } }>;
  };
  return Object.values(Resources).flatMap((one) => (one.Type === type ? [one.Properties.Name] : []));
}

describe.each(environmentNames)('in %s', (environment) => {
  const asked = (store: string) =>
    new Set(
      remotes(environment).flatMap(({ sourceRef, remoteRef }) =>
        sourceRef.storeRef.name === store ? [remoteRef.key] : [],
      ),
    );

  test('the parameters that are asked for are exactly those that the stack makes', () => {
    expect([...asked('parameters')].toSorted()).toEqual(deployed(environment, 'AWS::SSM::Parameter').toSorted());
  });

  test('the secrets that are asked for are those of the stack, and the administrator of the database', () => {
    const { databaseAdministratorSecretArn } = clusterRows[environment];
    expect([...asked('secrets')].toSorted()).toEqual(
      [...deployed(environment, 'AWS::SecretsManager::Secret'), databaseAdministratorSecretArn].toSorted(),
    );
  });

  test('only the migrations ask for the administrator, and the namespace of the services is the only one that is served', () => {
    for (const { metadata, spec } of ofKind(environment, 'ExternalSecret')) {
      const administrator = JSON.stringify(spec).includes('rds!cluster');
      expect([metadata.name, administrator]).toEqual([metadata.name, metadata.name.endsWith('-migrate')]);
    }
    expect(
      ofKind(environment, 'ClusterSecretStore').map(({ metadata, spec }) => [metadata.name, spec?.conditions]),
    ).toEqual([
      ['parameters', [{ namespaces: ['ecommerce'] }]],
      ['secrets', [{ namespaces: ['ecommerce'] }]],
    ]);
  });

  test('no manifest holds a Secret', () => {
    expect(objectsOf(environment).filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('a migration and what it needs come before a sync, and are made anew each time', () => {
    for (const service of ['user-service', 'product-service'])
      for (const [kind, wave] of [
        ['ExternalSecret', '-1'],
        ['Job', undefined],
      ] as const)
        expect(object(environment, kind, `${service}-migrate`).metadata.annotations).toEqual({
          'argocd.argoproj.io/hook': 'PreSync',
          'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
          ...(wave ? { 'argocd.argoproj.io/sync-wave': wave } : {}),
        });
  });

  test('the database is checked with authorities of its region that outlive the next years, and no others', () => {
    const pem = object(environment, 'ConfigMap', 'rds-ca').data?.['ca.pem'] ?? '';
    const certificates = pem.split(/(?<=-----END CERTIFICATE-----\n)/).map((one) => new X509Certificate(one));
    // RDS signs with one of three kinds of key; the cluster of the stack asks for the first.
    expect(certificates.map(({ subject }) => /CN=(.*)/.exec(subject)?.[1])).toEqual(
      ['RSA2048', 'ECC384', 'RSA4096'].map((key) => `Amazon RDS ${clusterRows[environment].region} Root CA ${key} G1`),
    );
    for (const { validTo, ca } of certificates) {
      expect(ca).toBe(true);
      expect(Date.parse(validTo)).toBeGreaterThan(Date.now() + 3 * 365 * 86_400_000);
    }
  });
});

test('a region without authorities is refused', () => {
  expect(() => databaseAuthorities('moon-north-1')).toThrow(/No authority of databases in moon-north-1/);
});

/** What Go's templates make of the values: `urlquery`, `printf` and sprig's `regexReplaceAll`, as far as they are used. */
function rendered(template: string, values: Readonly<Record<string, string>>): string {
  const [, pattern = '', format = '', names = ''] =
    /^\{\{ regexReplaceAll "(.+)" \.DATABASE_URL \(printf "(.+)" (.*)\) \}\}$/.exec(template) ?? [];
  const fields = [...names.matchAll(/\(\.(\w+) \| urlquery\)/g)].map(([, name = '']) => values[name] ?? '');
  const replacement = fields
    .reduce((text, field) => text.replace('%s', () => encodeURIComponent(field)), format)
    .replaceAll(/\$\{(\d)\}/g, '$$$1');
  return (values.DATABASE_URL ?? '').replace(new RegExp(pattern, 'g'), replacement);
}

test('the administrator signs in at the host of the service, with whatever RDS makes up', () => {
  const { target } = object('prod', 'ExternalSecret', 'user-service-migrate').spec as {
    target: { template: { data: Record<string, string> } };
  };
  const values = {
    DATABASE_URL: 'postgres://user_service@ecommerce-prod.cluster-c1.ap-south-1.rds.amazonaws.com:5432/user_database',
    username: 'platform_owner',
    password: ')6$1%s{.-?#&=+:~|*<>',
  };
  const url = new URL(rendered(target.template.data.MIGRATION_DATABASE_URL ?? '', values));
  expect(url.host).toBe('ecommerce-prod.cluster-c1.ap-south-1.rds.amazonaws.com:5432');
  expect(url.pathname).toBe('/postgres');
  expect([decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual([
    values.username,
    values.password,
  ]);
  expect(inDatabase(url.href, 'user_database')).toContain('/user_database');
});
