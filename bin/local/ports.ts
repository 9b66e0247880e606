import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * One free TCP port for each name: the preferred one when nobody listens on it, otherwise a random one below 32768,
 * where ephemeral ports start and any outgoing connection may take one.
 */
export async function choosePorts<Name extends string>(
  preferred: Readonly<Record<Name, number | undefined>>,
): Promise<Readonly<Record<Name, number>>> {
  const chosen: Partial<Record<Name, number>> = {};
  const taken = new Set<number>();
  for (const name of Object.keys(preferred) as Name[]) {
    let port = preferred[name] ?? randomPort();
    while (taken.has(port) || !(await isFree(port))) port = randomPort();
    taken.add(port);
    chosen[name] = port;
  }
  return chosen as Record<Name, number>;
}

/** One free port for something that has no usual one. */
export const freePort = async (): Promise<number> => (await choosePorts({ any: undefined })).any;

const randomPort = () => randomInt(20_000, 32_000);

/** Whether nobody listens on the port, on this machine's own address or on all of them. */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL');
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
