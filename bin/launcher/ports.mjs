import { createServer } from 'node:net';

/** The port that people type; the others are looked up in .data/platform.json. */
const gatewayPort = 8080;

/** Never fails: a free port is found when this one is taken. */
export async function gatewayPortCheck(env) {
  const fixed = env.API_GATEWAY_PORT;
  const port = Number(fixed || gatewayPort);
  const free = await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
  if (free) return { name: 'ports', ok: true, note: `${port} is free for the gateway` };
  if (!fixed) return { name: 'ports', ok: true, note: `${port} is taken: the gateway will get another port` };
  return {
    name: 'ports',
    ok: false,
    note: `Port ${port} (API_GATEWAY_PORT) is taken: end what listens there, or unset API_GATEWAY_PORT.`,
  };
}
