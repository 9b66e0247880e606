import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../bin/local/ports.ts';
import { startTokenIssuer, type TokenIssuer } from '../../bin/local/token-issuer.ts';
import { createServiceTokenVerifier, serviceTokensFrom } from '../../services/kit/service-token.ts';
import { remoteKeys } from '../../services/kit/user-token.ts';
import { platform } from '../../services/platform/platform.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function issuerIn(dataDir: string): Promise<TokenIssuer> {
  const issuer = await startTokenIssuer({ dataDir, port: await freePort() });
  onTestFinished(() => issuer.close());
  return issuer;
}

test('a service finds a token for each service it calls, which that service accepts as coming from it', async () => {
  const issuer = await issuerIn(temporaryDirectory());
  for (const { name, calls } of Object.values(platform.services)) {
    const tokenFor = serviceTokensFrom(issuer.tokenDir(name));
    for (const { to } of calls) {
      const verifier = createServiceTokenVerifier(remoteKeys(issuer.jwksUrl), to);
      expect(await verifier.verify(tokenFor(to))).toBe(name);
      expect(statSync(join(issuer.tokenDir(name), to)).mode & 0o777).toBe(0o600);
    }
  }
});

test('a token for one service is refused by every other one', async () => {
  const issuer = await issuerIn(temporaryDirectory());
  const verifier = createServiceTokenVerifier(remoteKeys(issuer.jwksUrl), 'product-service');
  expect(await verifier.verify(await issuer.token('order-service', 'user-service'))).toBeUndefined();
});

test('an expired token is refused', async () => {
  const issuer = await issuerIn(temporaryDirectory());
  const verifier = createServiceTokenVerifier(remoteKeys(issuer.jwksUrl), 'user-service');
  expect(await verifier.verify(await issuer.token('order-service', 'user-service', -60))).toBeUndefined();
});

test('a token of another issuer is refused', async () => {
  const [ours, theirs] = [await issuerIn(temporaryDirectory()), await issuerIn(temporaryDirectory())];
  const verifier = createServiceTokenVerifier(remoteKeys(ours.jwksUrl), 'user-service');
  expect(await verifier.verify(await theirs.token('order-service', 'user-service'))).toBeUndefined();
});

test('a token looks like a projected service-account token and lives ten minutes', async () => {
  const issuer = await issuerIn(temporaryDirectory());
  const token = readFileSync(join(issuer.tokenDir('order-service'), 'user-service'), 'utf8');
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256' });
  const claims = decodeJwt(token);
  expect(claims.sub).toBe('system:serviceaccount:ecommerce:order-service');
  expect(claims.aud).toEqual(['user-service']);
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
  expect(claims['kubernetes.io']).toMatchObject({ namespace: 'ecommerce', serviceaccount: { name: 'order-service' } });
});

test('tokens stay valid when the issuer is restarted', async () => {
  const dataDir = temporaryDirectory();
  const before = await issuerIn(dataDir);
  const token = await before.token('order-service', 'user-service');
  const after = await issuerIn(dataDir);
  const verifier = createServiceTokenVerifier(remoteKeys(after.jwksUrl), 'user-service');
  expect(await verifier.verify(token)).toBe('order-service');
});
