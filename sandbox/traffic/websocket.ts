import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Outcome, Target } from './visit.ts';

/** As much of RFC 6455 as an echo needs: short, whole frames. Node 20 has no client of its own. */
const TEXT = 1;
const CLOSE = 8;
const EVERY_MS = 500;
const PATIENCE_MS = 30_000;

/** A websocket that lasts `lastsMs` and has to give back everything it is sent, in order, until it is closed from this end. */
export function visitByWebsocket(target: Target, lastsMs: number): Promise<Outcome> {
  const id = randomUUID();
  const began = performance.now();
  return new Promise((resolve) => {
    let release: string | null = null;
    const end = (failed: string | null): void => {
      clearTimeout(deadline);
      resolve({ id, failed, ms: performance.now() - began, release, isPost: false, reused: false, askedAgain: false });
      call.destroy();
    };
    const key = randomBytes(16).toString('base64');
    const call = request({
      host: target.address,
      port: target.port,
      path: '/',
      headers: {
        host: target.host,
        'x-id': id,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': key,
        'sec-websocket-version': '13',
      },
      agent: false,
    });
    const deadline = setTimeout(() => end('no answer'), lastsMs + PATIENCE_MS);
    call.once('error', (error) => end(error.message));
    call.once('response', (response) => end(`no websocket: status ${response.statusCode}`));
    call.once('upgrade', (response, socket, head) => {
      const said = response.headers['x-release'];
      release = typeof said === 'string' ? said : null;
      void echo(socket, head, lastsMs).then(end);
    });
    call.end();
  });
}

/** Resolves with why it failed, null when it did not. */
function echo(socket: Duplex, head: Buffer, lastsMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const words = Math.floor(lastsMs / EVERY_MS);
    let sent = 0;
    let returned = 0;
    let pending = head;
    const end = (failed: string | null): void => {
      clearInterval(timer);
      socket.destroy();
      resolve(failed);
    };
    const timer = setInterval(() => {
      if (sent === words) return;
      socket.write(frame(TEXT, `word ${sent}`));
      sent += 1;
    }, EVERY_MS);
    const take = (chunk: Buffer): void => {
      pending = Buffer.concat([pending, chunk]);
      for (let read = readFrame(pending); read; read = readFrame(pending)) {
        pending = pending.subarray(read.length);
        if (read.opcode === CLOSE) end(returned === words ? null : `websocket closed by the server: after ${returned} of ${words} words`);
        else if (read.payload !== `word ${returned}`) end(`wrong word from a websocket: "${read.payload}" instead of word ${returned}`);
        returned += 1;
        if (returned === words) socket.write(frame(CLOSE, ''));
      }
    };
    socket.on('data', take);
    socket.once('error', (error: Error) => end(`websocket broke off: after ${returned} of ${words} words, ${error.message}`));
    socket.once('close', () => end(`websocket broke off: after ${returned} of ${words} words`));
    take(Buffer.alloc(0));
  });
}

/** From a client every frame is masked (section 5.3). */
function frame(opcode: number, text: string): Buffer {
  const mask = randomBytes(4);
  const payload = Buffer.from(text).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, payload]);
}

interface Frame {
  readonly opcode: number;
  readonly payload: string;
  /** Bytes of the whole frame. */
  readonly length: number;
}

/** The first frame in `bytes`; null while it is not whole. */
function readFrame(bytes: Buffer): Frame | null {
  const [first, second] = bytes;
  if (first === undefined || second === undefined || bytes.length < 2 + second) return null;
  return { opcode: first & 0x0f, payload: bytes.toString('utf8', 2, 2 + second), length: 2 + second };
}
