import { expect, test } from 'vitest';
import { databaseToken, kafkaToken } from '../../services/kit/aws-token.ts';

const now = () => new Date('2026-11-22T10:00:00Z');
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-canary', sessionToken: 'session/+=' };
const identity = { region: 'ap-south-1', credentials: async () => keys, now };

test('a database token is a presigned URL without its scheme, for the host, port and user it is used with', async () => {
  const token = await databaseToken(identity, { host: 'db.example', port: 5432, user: 'user_service' });
  expect(token).toMatch(/^db\.example:5432\/\?Action=connect&DBUser=user_service&/);
  const query = Object.fromEntries(new URL(`https://${token}`).searchParams);
  expect(query).toMatchObject({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIDEXAMPLE/20261122/ap-south-1/rds-db/aws4_request',
    'X-Amz-Date': '20261122T100000Z',
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': 'session/+=',
    'X-Amz-SignedHeaders': 'host',
  });
  // What @aws-sdk/rds-signer 3.1162.0 makes of the same input.
  expect(query['X-Amz-Signature']).toBe('a9857770d73034ddb44c7892161eb37d0cf5afc85c1441a3f1699c95cde34718');
  expect(token).not.toContain('secret-canary');
});

test('a Kafka token is the presigned URL of Connect in base64url', async () => {
  const token = await kafkaToken(identity);
  expect(token).toMatch(/^[\w-]+$/);
  const url = new URL(Buffer.from(token, 'base64url').toString());
  expect(url.origin).toBe('https://kafka.ap-south-1.amazonaws.com');
  // What aws-msk-iam-sasl-signer-js 1.0.3 makes of the same input.
  expect(url.searchParams.get('X-Amz-Signature')).toBe(
    'cfe3f2f2af7cacda82d0dec2c0e9a7c81b5bf347e38b29c174435189ddb2a2ab',
  );
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'kafka-cluster:Connect',
    'X-Amz-Credential': 'AKIDEXAMPLE/20261122/ap-south-1/kafka-cluster/aws4_request',
    'X-Amz-Expires': '900',
    'User-Agent': 'ecommerce-platform',
  });
  expect(url.href).not.toContain('secret-canary');
});

test('credentials that end before the token would are asked for once more', async () => {
  const asked: boolean[] = [];
  const endingIn = (minutes: number) => ({
    region: 'ap-south-1',
    now,
    credentials: async (options?: { readonly forceRefresh?: boolean }) => {
      asked.push(options?.forceRefresh === true);
      return { ...keys, expiration: new Date(now().getTime() + minutes * 60_000) };
    },
  });
  await kafkaToken(endingIn(16));
  expect(asked).toEqual([false]);
  await kafkaToken(endingIn(14));
  expect(asked).toEqual([false, false, true]);
});
