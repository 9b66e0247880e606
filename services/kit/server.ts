import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { sleep } from './backoff.ts';
import type { Health } from './health.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { type ProblemCode, problem, problemDocument, statusOf } from './problem.ts';

export type ServerParts = {
  /** What answers requests: `getRequestListener(app.fetch)` of a Hono application. */
  readonly listener: RequestListener;
  readonly port: number;
  readonly host: string;
  readonly health: Health;
  readonly log: Log;
  /** How long to keep accepting after the signal, in milliseconds. */
  readonly shutdownDelayMs: number;
  /** Stops workers and gives leases back, before the last requests are waited for. */
  readonly stopWork: () => Promise<void>;
  /** Closes producers, pools and other servers, after the last request. */
  readonly closeResources: () => Promise<void>;
};

/**
 * Listens, and shuts down on SIGTERM or SIGINT without failing a request (order-flow, section 7): readiness goes off, the
 * port stays open for `shutdownDelayMs`, workers stop, open requests get 20 s, resources close, exit 0. A second signal or
 * 25 s past the delay exits 1. Resolves with the port when it listens.
 */
export async function runServer(parts: ServerParts): Promise<{ readonly port: number; readonly server: Server }> {
  const { health, log } = parts;
  const server = createServer(
    { keepAliveTimeout: 65_000, headersTimeout: 66_000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      if (health.draining) response.setHeader('connection', 'close');
      return parts.listener(request, response);
    },
  );
  server.on('clientError', refuseMalformed);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, parts.host, 4096, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : parts.port;
  health.started();
  log.info({ port }, 'listening');

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'shutting down');
    setTimeout(() => process.exit(1), parts.shutdownDelayMs + 25_000).unref();
    shutdown(server, parts).then(
      () => process.exit(signal === 'defect' ? 1 : 0),
      (error: unknown) => {
        log.error({ err: error }, 'shutdown failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  for (const defect of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(defect, (error: unknown) => {
      log.fatal({ err: error }, defect);
      if (!stopping) stop('defect');
    });
  return { port, server };
}

async function shutdown(server: Server, parts: ServerParts): Promise<void> {
  parts.health.drain();
  await sleep(parts.shutdownDelayMs);
  await parts.stopWork();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([closed, sleep(20_000).then(() => server.closeAllConnections())]);
  await parts.closeResources();
}

/** What never became a request (a broken or oversized head) is answered with a problem document too. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const code: ProblemCode = error.code === 'HPE_HEADER_OVERFLOW' ? 'head_too_large' : 'bad_request';
  const detail =
    code === 'head_too_large' ? 'Send less than 16 KiB of headers.' : 'This is not a valid HTTP/1.1 request.';
  const body = JSON.stringify(problemDocument(problem(code, detail), newId('request')));
  const status = statusOf(code);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
