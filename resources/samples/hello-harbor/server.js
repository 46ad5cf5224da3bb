import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { page } from './page.js';

const port = Number(process.env.PORT ?? 3000);
const startedAt = Date.now();
let served = 0;

const paint = (code, text) => `\u001b[${code}m${text}\u001b[0m`;
const facts = () => ({
  greeting: process.env.GREETING ?? 'Hello, harbor',
  app: process.env.LONGSHORE_APP ?? 'hello-harbor',
  release: process.env.LONGSHORE_RELEASE ?? '-',
  replica: hostname(),
  served,
  upSeconds: Math.round((Date.now() - startedAt) / 1000),
});

const server = createServer((request, response) => {
  const began = performance.now();
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const answer = (status, type, body) => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  response.once('finish', () => {
    const took = `${(performance.now() - began).toFixed(1)} ms`;
    const color = response.statusCode < 400 ? 32 : 31;
    const line = `${paint(36, request.method)} ${path} ${paint(color, response.statusCode)} ${paint(90, took)}`;
    // Health checks come every second or two and would drown what is worth reading.
    if (path !== '/healthz') (response.statusCode < 500 ? console.log : console.error)(line);
  });
  if (path === '/healthz') return answer(200, 'text/plain; charset=utf-8', 'ok\n');
  if (path === '/facts') return answer(200, 'application/json', `${JSON.stringify(facts())}\n`);
  if (path === '/fail') {
    console.error(paint(31, 'The crane dropped a container, as it was asked to.'));
    return answer(500, 'text/plain; charset=utf-8', 'The crane dropped a container.\n');
  }
  if (path !== '/') return answer(404, 'text/plain; charset=utf-8', 'No such berth.\n');
  served += 1;
  answer(200, 'text/html; charset=utf-8', page(facts()));
});

server.listen(port, () => {
  const { app, release, replica } = facts();
  console.log(`${paint(32, 'moored')} ${app} release ${release} on port ${port}, replica ${replica}`);
});

// Takes no new requests and lets the open ones end; Docker waits ten seconds before it insists.
process.once('SIGTERM', () => {
  console.log(`${paint(33, 'casting off')} after ${served} visits`);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
