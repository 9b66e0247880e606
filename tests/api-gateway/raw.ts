import { connect } from 'node:net';

/** Sends bytes as they are on a fresh connection and answers everything that came back within `waitMs` of the last byte. */
export async function sendRaw(port: number, bytes: string | Buffer, waitMs = 300): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  await new Promise<void>((resolve) => {
    let timer = setTimeout(finish, 3_000);
    function finish() {
      clearTimeout(timer);
      socket.destroy();
      resolve();
    }
    socket.on('data', (chunk) => {
      received.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(finish, waitMs);
    });
    socket.on('close', finish).on('error', finish);
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  });
  return Buffer.concat(received).toString('latin1');
}

/** The status of a raw answer's first line, or 0 when nothing came back. */
export const statusOfRaw = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
