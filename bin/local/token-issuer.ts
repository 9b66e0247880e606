import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { serviceSubject } from '../../services/kit/service-token.ts';
import type { ServiceName } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import { readOrCreate, writePrivately } from './private-file.ts';

const lifetimeSeconds = 600;
const rewriteMs = 240_000;
const namespace = 'ecommerce';

/** Stands in for the cluster's issuer of service-account tokens. */
export type TokenIssuer = {
  /** Base URL; the key set is at `/openid/v1/jwks` below it, as in a cluster. */
  readonly endpoint: string;
  readonly jwksUrl: string;
  /** The directory that `SERVICE_TOKEN_DIR` names for a service: one file for each callee. */
  tokenDir(caller: ServiceName): string;
  /** A token as the caller's file for this callee holds it; `lifetime` in seconds. */
  token(caller: ServiceName, callee: string, lifetime?: number): Promise<string>;
  close(): Promise<void>;
};

/**
 * Serves the public key over HTTP and keeps a fresh token in a file for each declared call between services. The key lives
 * in the data directory, so that tokens stay valid over a restart.
 */
export async function startTokenIssuer(options: {
  readonly dataDir: string;
  readonly port: number;
}): Promise<TokenIssuer> {
  const key = signingKey(options.dataDir);
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const kid = createHash('sha256')
    .update(JSON.stringify([jwk.e, jwk.n]))
    .digest('base64url');
  const keySet = JSON.stringify({ keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] });
  const endpoint = `http://127.0.0.1:${options.port}`;
  const tokenDir = (caller: ServiceName) => join(options.dataDir, 'service-tokens', caller);

  const token = (caller: ServiceName, callee: string, lifetime = lifetimeSeconds) =>
    new SignJWT({ 'kubernetes.io': { namespace, serviceaccount: { name: caller, uid: subjectUid(caller) } } })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(endpoint)
      .setSubject(serviceSubject(caller))
      .setAudience([callee])
      .setIssuedAt()
      .setNotBefore('0 seconds')
      .setExpirationTime(Math.floor(Date.now() / 1000) + lifetime)
      .setJti(randomUUID())
      .sign(key);

  const writeAll = async () => {
    for (const { name, calls } of Object.values(platform.services))
      for (const { to } of calls) writePrivately(join(tokenDir(name), to), await token(name, to));
  };

  const server = createServer((request, response) => {
    const found = request.url === '/openid/v1/jwks';
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json', 'cache-control': 'max-age=300' });
    response.end(found ? keySet : '{}');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  await writeAll();
  const timer = setInterval(() => void writeAll(), rewriteMs);
  return {
    endpoint,
    jwksUrl: `${endpoint}/openid/v1/jwks`,
    tokenDir,
    token,
    async close() {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function signingKey(dataDir: string): KeyObject {
  const pem = readOrCreate(join(dataDir, 'secrets', 'service-token-issuer.pem'), () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  return createPrivateKey(pem);
}

/** A cluster gives each account a random uid; the same one every time is enough here. */
const subjectUid = (caller: ServiceName): string =>
  createHash('sha256')
    .update(caller)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
