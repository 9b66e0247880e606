import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Starts nginx in the foreground with one worker and a server block of the caller's, pinned to a core. */
export function startNginx(binary: string, directory: string, core: number, http: string): ChildProcess {
  mkdirSync(join(directory, 'temp'), { recursive: true });
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${directory}/temp/${kind};`,
  );
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log;
user root;
events { worker_connections 2048; }
http { access_log off; ${paths.join(' ')} keepalive_requests 1000000000; default_type application/json; ${http} }
`,
  );
  return spawn('taskset', ['-c', String(core), binary, '-p', directory, '-c', join(directory, 'nginx.conf')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** A server that answers `/products` with the file, as a service would from memory. */
export const fileServer = (port: number, directory: string): string =>
  `server { listen 127.0.0.1:${port}; root ${directory}; location / { } }`;

/** `proxy_pass` over kept-alive connections, the hop that the gateway is measured against. */
export const proxyServer = (port: number, upstream: number): string =>
  `upstream service { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 1000000000; }
server { listen 127.0.0.1:${port}; location /api/v1/ { proxy_pass http://service/; proxy_http_version 1.1; proxy_set_header Connection ""; } }`;
