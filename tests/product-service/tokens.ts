import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Verifiers } from '../../services/kit/access.ts';
import { newId } from '../../services/kit/ids.ts';
import { createServiceTokenVerifier, serviceSubject } from '../../services/kit/service-token.ts';
import {
  accessTokenAudience,
  accessTokenIssuer,
  accessTokenType,
  createUserTokenVerifier,
} from '../../services/kit/user-token.ts';
import type { ServiceName } from '../../services/platform/names.ts';

const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });

/** The public key of this test's issuer, for users and services alike. */
export const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA' }] };

/** The real verifiers on the test issuer's key. */
export const verifiers: Verifiers = {
  users: createUserTokenVerifier(createLocalJWKSet(keySet)),
  services: createServiceTokenVerifier(createLocalJWKSet(keySet), 'product-service'),
};

/** `Bearer …` of a user with this scope. */
export const userToken = async (scope: string, user = newId('user')): Promise<string> =>
  `Bearer ${await new SignJWT({ sid: newId('session'), scope })
    .setProtectedHeader({ alg: 'EdDSA', typ: accessTokenType, kid: 'test' })
    .setIssuer(accessTokenIssuer)
    .setAudience(accessTokenAudience)
    .setSubject(user)
    .setJti(newId('request'))
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey)}`;

/** `Bearer …` of a service that calls this one. */
export const serviceToken = async (caller: ServiceName, callee: ServiceName = 'product-service'): Promise<string> =>
  `Bearer ${await new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
    .setSubject(serviceSubject(caller))
    .setAudience(callee)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(privateKey)}`;
