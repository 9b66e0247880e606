import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { chooseLocalPorts } from '../../bin/local/choose-addresses.ts';
import { choosePorts, freePort, isFree } from '../../bin/local/ports.ts';
import { usualPorts } from '../../bin/local/unit-names.ts';

async function occupied<T>(port: number, host: string, work: () => Promise<T>): Promise<T> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  try {
    return await work();
  } finally {
    server.close();
    await once(server, 'close');
  }
}

test('a usual port that is free is taken', async () => {
  const port = await freePort();
  expect(await choosePorts({ gateway: port })).toEqual({ gateway: port });
});

test.each(['127.0.0.1', '0.0.0.0', '::', '::1'])(
  'a usual port that is taken on %s is replaced by one below 32768',
  async (host) => {
    const port = await freePort();
    await occupied(port, host, async () => {
      const { gateway } = await choosePorts({ gateway: port });
      expect(gateway).not.toBe(port);
      expect(gateway).toBeLessThan(32_768);
      expect(await isFree(gateway)).toBe(true);
    });
  },
);

test('no two names get the same port, even when they prefer the same', async () => {
  const port = await freePort();
  const chosen = await choosePorts({ first: port, second: port, third: undefined });
  expect(new Set(Object.values(chosen)).size).toBe(3);
});

test('the usual ports are below 32768, where outgoing connections begin, and all differ', () => {
  const ports = Object.values(usualPorts);
  expect(new Set(ports).size).toBe(ports.length);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

test('a port that the user fixed and somebody else has is refused with a sentence', async () => {
  const port = await freePort();
  const refused = occupied(port, '127.0.0.1', () => chooseLocalPorts('usual', { POSTGRES_PORT: String(port) }));
  await expect(refused).rejects.toThrow(
    `Port ${port} (POSTGRES_PORT) is taken: end what listens there, or unset POSTGRES_PORT.`,
  );
});

test('a port that is no port is refused with a sentence', async () => {
  await expect(chooseLocalPorts('usual', { API_GATEWAY_PORT: 'eighty' })).rejects.toThrow(
    'API_GATEWAY_PORT is "eighty": give it a port between 1 and 65535.',
  );
});

test('a port that the user fixed is used', async () => {
  const port = await freePort();
  expect((await chooseLocalPorts('free', { SES_PORT: String(port) })).ses).toBe(port);
});
