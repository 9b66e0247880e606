import { connect, createServer, type Socket } from 'node:net';

/** A balancer of connections, as the network of a cluster is one; it knows nothing of HTTP. */
export type Balancer = {
  readonly url: string;
  add(port: number): void;
  /** No new connection goes there any more. */
  remove(port: number): void;
  close(): Promise<void>;
};

/** Sends each new connection to the next of its ports. Both ends of a connection are told when the other is gone. */
export async function startBalancer(): Promise<Balancer> {
  let ports: number[] = [];
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    turn += 1;
    const port = ports[turn % ports.length];
    if (port === undefined) {
      client.destroy();
      return;
    }
    const backend = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const [one, other] of [
      [client, backend],
      [backend, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => open.delete(one));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    add(port) {
      ports = [...ports, port];
    },
    remove(port) {
      ports = ports.filter((one) => one !== port);
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
