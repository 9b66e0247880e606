import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../services/kit/backoff.ts';
import { cpuMicroseconds, spread } from './cpu.ts';
import { load } from './load.ts';
import { fileServer, proxyServer, startNginx } from './nginx.ts';

/**
 * The gateway's hop against nginx `proxy_pass` (performance.md, P1): CPU per request first, throughput and p99 beside it.
 * Both sides stand before the same upstream, pinned to core 0; the upstream and the load share core 1.
 * Usage: node tests/bench/gateway.ts [path of nginx] [rounds] [seconds]
 */
const [binary = 'nginx', rounds = '5', seconds = '4'] = process.argv.slice(2);
const connections = 64;
const directory = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
const children: ChildProcess[] = [];
const base = 20_000 + Math.floor(Math.random() * 10_000);
const [upstreamPort, proxyPort, gatewayPort, metricsPort] = [base, base + 1, base + 2, base + 3];

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      setTimeout(() => socket.destroy(), 50);
    });
    if (isOpen) return;
    await sleep(100);
  }
  throw new Error(`nothing listens on ${port}`);
}

function startGateway(): ChildProcess {
  const service = `http://127.0.0.1:${upstreamPort}`;
  const environment = {
    PORT: String(gatewayPort),
    METRICS_PORT: String(metricsPort),
    HOST: '127.0.0.1',
    SERVICE_TOKEN_DIR: directory,
    SHUTDOWN_DELAY_MS: '0',
    USER_SERVICE_URL: service,
    PRODUCT_SERVICE_URL: service,
    ORDER_SERVICE_URL: service,
    PAYMENT_SERVICE_URL: service,
    SESSIONS_TABLE: 'none',
    AWS_REGION: 'ap-south-1',
  };
  const main = new URL('../../services/api-gateway/main.ts', import.meta.url).pathname;
  return spawn('taskset', ['-c', '0', process.execPath, main], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function measure(side: { readonly port: number; readonly process: ChildProcess }, bytes: number) {
  const request = `GET /api/v1/products HTTP/1.1\r\nHost: shop.example\r\nAccept: application/json\r\nUser-Agent: bench\r\n\r\n`;
  const before = cpuMicroseconds(side.process.pid ?? 0);
  const result = await load(side.port, request, connections, Number(seconds), bytes);
  const cpu = (cpuMicroseconds(side.process.pid ?? 0) - before) / result.requests;
  return { cpu, throughput: result.requests / result.seconds, p99: result.p99 };
}

async function compare(bytes: number): Promise<void> {
  const root = join(directory, `root-${bytes}`);
  mkdirSync(root, { recursive: true });
  const body = '7'.repeat(bytes);
  writeFileSync(join(root, 'products'), body);
  const upstream = startNginx(binary, join(directory, `upstream-${bytes}`), 1, fileServer(upstreamPort, root));
  const proxy = startNginx(binary, join(directory, `proxy-${bytes}`), 0, proxyServer(proxyPort, upstreamPort));
  const gateway = startGateway();
  const own = [upstream, proxy, gateway];
  children.push(...own);
  await Promise.all([upstreamPort, proxyPort, gatewayPort].map(listening));
  const sides = { nginx: { port: proxyPort, process: proxy }, gateway: { port: gatewayPort, process: gateway } };
  for (const { port } of Object.values(sides)) {
    const text = await (await fetch(`http://127.0.0.1:${port}/api/v1/products`)).text();
    if (text !== body) throw new Error('the two sides do not answer the same body');
  }
  for (const side of Object.values(sides)) await measure(side, bytes);

  const results = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const order = round % 2 === 0 ? (['nginx', 'gateway'] as const) : (['gateway', 'nginx'] as const);
    const of: Partial<Record<'nginx' | 'gateway', Awaited<ReturnType<typeof measure>>>> = {};
    for (const name of order) of[name] = await measure(sides[name], bytes);
    if (of.nginx && of.gateway) results.push({ nginx: of.nginx, gateway: of.gateway });
  }
  print(bytes, results);
  await stop(own);
}

type Side = { readonly cpu: number; readonly throughput: number; readonly p99: number };

function print(bytes: number, results: readonly { readonly nginx: Side; readonly gateway: Side }[]): void {
  const row = (
    name: string,
    value: (one: { readonly nginx: Side; readonly gateway: Side }) => number,
    digits: number,
  ) => {
    const { median, min, max } = spread(results.map(value));
    const [m, a, b] = [median, min, max].map((number) => number.toFixed(digits));
    process.stdout.write(`${name.padEnd(44)} ${m} [${a}..${b}]\n`);
  };
  process.stdout.write(`\n${bytes} bytes, ${connections} connections, ${results.length} rounds of ${seconds} s\n`);
  row('nginx: CPU µs a request', (one) => one.nginx.cpu, 1);
  row('gateway: CPU µs a request', (one) => one.gateway.cpu, 1);
  row('gateway / nginx: CPU a request', (one) => one.gateway.cpu / one.nginx.cpu, 2);
  row('nginx: requests a second', (one) => one.nginx.throughput, 0);
  row('gateway: requests a second', (one) => one.gateway.throughput, 0);
  row('gateway / nginx: throughput', (one) => one.gateway.throughput / one.nginx.throughput, 3);
  row('nginx: p99 ms', (one) => one.nginx.p99, 2);
  row('gateway: p99 ms', (one) => one.gateway.p99, 2);
}

async function stop(own: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    own.map(
      (child) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null) resolve();
          child.on('exit', () => resolve());
          child.kill('SIGTERM');
        }),
    ),
  );
}

try {
  await compare(1024);
  await compare(64 * 1024);
} finally {
  await stop(children.filter((child) => child.exitCode === null && child.signalCode === null));
  rmSync(directory, { recursive: true, force: true });
}
