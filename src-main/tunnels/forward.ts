import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ExpectedError } from '../contract/index.ts';

/** Headers of one connection, not of the request (RFC 9110 7.6.1). `upgrade` is handled apart. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
]);

export interface ForwardOptions {
  /** The app's host name, as the edge knows it. */
  readonly host: string;
  readonly dial: () => Promise<Duplex>;
  /** The tunnel's own port on this computer, for redirects. */
  readonly port: number;
}

/** Sends a request on to the edge and its answer back, both as streams. */
export async function forwardRequest(incoming: IncomingMessage, answer: ServerResponse, options: ForwardOptions): Promise<void> {
  const socket = await dial(answer, options);
  if (!socket) return;
  const outgoing = send(incoming, socket, options, ownHeaders(incoming, options.host));
  const stop = (): void => {
    outgoing.destroy();
    socket.destroy();
  };
  // The browser went away: the app must not go on working for nobody.
  answer.once('close', stop);
  outgoing.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.statusMessage, answerHeaders(response, options));
    response.on('error', () => answer.destroy());
    response.pipe(answer);
  });
  outgoing.on('error', (error) => refuse(answer, error));
  incoming.on('error', stop);
  incoming.pipe(outgoing);
}

/** A websocket, or another protocol taken over by `Upgrade`: after the handshake only bytes. */
export async function forwardUpgrade(incoming: IncomingMessage, browser: Duplex, head: Buffer, options: ForwardOptions): Promise<void> {
  browser.on('error', () => undefined);
  let socket: Duplex;
  try {
    socket = await options.dial();
  } catch {
    browser.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n');
    return;
  }
  socket.on('error', () => browser.destroy());
  browser.once('close', () => socket.destroy());
  const outgoing = send(incoming, socket, options, [
    ...ownHeaders(incoming, options.host),
    'Connection',
    'Upgrade',
    'Upgrade',
    incoming.headers.upgrade ?? '',
  ]);
  outgoing.on('error', () => browser.destroy());
  outgoing.on('response', (response) => {
    // Not taken over: the app answered like any other request.
    browser.write(headOf(response));
    response.pipe(browser);
  });
  outgoing.on('upgrade', (response, taken, first) => {
    browser.write(headOf(response));
    if (first.length > 0) browser.write(first);
    if (head.length > 0) taken.write(head);
    taken.on('error', () => browser.destroy());
    taken.pipe(browser).pipe(taken);
  });
  outgoing.end();
}

async function dial(answer: ServerResponse, options: ForwardOptions): Promise<Duplex | null> {
  try {
    const socket = await options.dial();
    // What happens to it shows in the request that runs over it.
    socket.on('error', () => undefined);
    return socket;
  } catch (error) {
    refuse(answer, error);
    return null;
  }
}

function send(incoming: IncomingMessage, socket: Duplex, options: ForwardOptions, headers: readonly string[]): ClientRequest {
  return request({
    method: incoming.method,
    path: incoming.url,
    headers: headers as string[],
    host: options.host,
    createConnection: () => socket,
  });
}

/** The browser's headers in their order and case, with the app's host for ours. */
function ownHeaders(incoming: IncomingMessage, host: string): string[] {
  const dropped = namedInConnection(incoming);
  const headers = ['Host', host];
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    const name = incoming.rawHeaders[at] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'host' || hopByHop.has(lower) || dropped.has(lower)) continue;
    headers.push(name, incoming.rawHeaders[at + 1] ?? '');
  }
  // Node writes a body of unknown length in chunks only when told so.
  if (incoming.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  return headers;
}

function namedInConnection(message: IncomingMessage): Set<string> {
  return new Set((message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
}

/** The app's headers; a redirect to its own name leads through the tunnel, since that name does not resolve here. */
function answerHeaders(response: IncomingMessage, options: ForwardOptions): string[] {
  const dropped = namedInConnection(response);
  const headers: string[] = [];
  for (let at = 0; at + 1 < response.rawHeaders.length; at += 2) {
    const name = response.rawHeaders[at] ?? '';
    const value = response.rawHeaders[at + 1] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || dropped.has(lower)) continue;
    headers.push(name, lower === 'location' ? throughTunnel(value, options) : value);
  }
  return headers;
}

function throughTunnel(location: string, { host, port }: ForwardOptions): string {
  const own = `http://${host}`;
  if (location !== own && !location.startsWith(`${own}/`) && !location.startsWith(`${own}:80/`)) return location;
  const url = new URL(location);
  return `http://127.0.0.1:${port}${url.pathname}${url.search}${url.hash}`;
}

function headOf(response: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${response.statusCode ?? 502} ${response.statusMessage ?? ''}`];
  for (let at = 0; at + 1 < response.rawHeaders.length; at += 2) lines.push(`${response.rawHeaders[at]}: ${response.rawHeaders[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function refuse(answer: ServerResponse, error: unknown): void {
  if (answer.headersSent || answer.destroyed) {
    answer.destroy();
    return;
  }
  const text = error instanceof ExpectedError ? `${error.message} ${error.next ?? ''}` : 'The app did not answer through the tunnel.';
  answer.writeHead(502, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' }).end(`Longshore: ${text}\n`);
}
