import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { newId } from '../../services/kit/ids.ts';
import { serviceSubject } from '../../services/kit/service-token.ts';
import { accessTokenAudience, accessTokenIssuer, accessTokenType } from '../../services/kit/user-token.ts';
import type { ServiceName } from '../../services/platform/names.ts';

/** Stands in for user-service's keys and for the cluster's issuer: real tokens, a key set over HTTP. */
export async function startIdentities(tokenDir: string) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA', use: 'sig' }] });
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(keys);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signed = (jwt: SignJWT, typ: string) =>
    jwt.setProtectedHeader({ alg: 'EdDSA', kid: 'test', typ }).setIssuedAt().setExpirationTime('1h').sign(privateKey);

  const service = (caller: ServiceName, callee: string) =>
    signed(new SignJWT({}).setSubject(serviceSubject(caller)).setAudience(callee), 'JWT');
  const user = (userId: string, scope = 'customer') =>
    signed(
      new SignJWT({ sid: newId('session'), scope })
        .setSubject(userId)
        .setIssuer(accessTokenIssuer)
        .setAudience(accessTokenAudience)
        .setJti(newId('request')),
      accessTokenType,
    );

  mkdirSync(tokenDir, { recursive: true });
  writeFileSync(join(tokenDir, 'order-service'), await service('payment-service', 'order-service'));
  return { url, user, service, close: () => server.close() };
}
