import { connect, type Socket } from 'node:net';

export type Load = {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p99: number;
};

/** Keeps `connections` requests under way for `seconds`, over raw sockets so that the generator costs little. Throws on any answer but a 200 with `bodyBytes`. */
export async function load(
  port: number,
  request: string,
  connections: number,
  seconds: number,
  bodyBytes: number,
): Promise<Load> {
  const times: number[] = [];
  const bytes = Buffer.from(request);
  const started = performance.now();
  const until = started + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => one(port, bytes, until, bodyBytes, times)));
  const sorted = Float64Array.from(times).sort();
  return {
    requests: times.length,
    seconds: (performance.now() - started) / 1000,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
}

function one(port: number, request: Buffer, until: number, bodyBytes: number, times: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sent = 0;
    let missing = -1;
    let head = '';
    const send = () => {
      sent = performance.now();
      missing = -1;
      head = '';
      socket.write(request);
    };
    socket.on('connect', send).on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      if (missing < 0) {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!head.startsWith('HTTP/1.1 200')) {
          reject(new Error(`not a 200: ${head.slice(0, 200)}`));
          socket.destroy();
          return;
        }
        missing = bodyBytes - (head.length - end - 4);
      } else missing -= chunk.length;
      if (missing > 0) return;
      const now = performance.now();
      times.push(now - sent);
      if (now < until) send();
      else socket.end(resolve);
    });
  });
}
