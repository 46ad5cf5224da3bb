import { randomUUID } from 'node:crypto';
import { Agent, type ClientRequest, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { content, faultOf, headersOf, type Outcome, patience, type Question, type Target } from './visit.ts';

const CHUNKS_PER_SECOND = 10;
const IDLE_MS = 5_000;

/**
 * Keeps connections as browsers do: closed when the answer says `Connection: close`, and dropped when the other end closes. Its own limit
 * on idle ones is shorter than the edge's, or both ends might close at one moment, and that would be the client's fault.
 */
export function keepingAgent(): Agent {
  return new Agent({ keepAlive: true, timeout: 20_000 });
}

/** One request by HTTP/1.1, over a kept connection with an agent, else over a new one. */
export function visitByHttp1(target: Target, question: Question, agent?: Agent): Promise<Outcome> {
  const id = randomUUID();
  const began = performance.now();
  const { method, bytes = 0 } = question;
  return new Promise((resolve) => {
    const end = (failed: string | null, release: string | null = null): void => {
      clearTimeout(deadline);
      const reused = call.reusedSocket;
      resolve({ id, failed, ms: performance.now() - began, release, isPost: method === 'POST', reused, askedAgain: false });
    };
    const call = request(
      {
        host: target.address,
        port: target.port,
        method,
        path: '/',
        headers: { host: target.host, ...headersOf(question, id), ...(method === 'POST' ? { 'content-length': bytes } : {}) },
        agent: agent ?? false,
      },
      (response) => {
        const said = response.headers['x-release'];
        const release = typeof said === 'string' ? said : null;
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.once('error', (error) => end(`the answer broke off: ${error.message}`, release));
        response.once('end', () => end(faultOf(question, id, response.statusCode, release, body), release));
      },
    );
    const deadline = setTimeout(() => call.destroy(new Error('no answer')), patience(question));
    call.once('error', (error) => end(`${codeOf(error)}${call.reusedSocket ? ' on a kept connection' : ''}: ${error.message}`));
    send(call, question);
  });
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}

function send(call: ClientRequest, { bytes = 0, bytesPerSecond }: Question): void {
  if (bytesPerSecond === undefined) {
    call.end(bytes > 0 ? content(bytes) : undefined);
    return;
  }
  const all = content(bytes);
  const step = Math.ceil(bytesPerSecond / CHUNKS_PER_SECOND);
  let sent = 0;
  const timer = setInterval(() => {
    call.write(all.subarray(sent, sent + step));
    sent += step;
    if (sent < bytes) return;
    clearInterval(timer);
    call.end();
  }, 1000 / CHUNKS_PER_SECOND);
  call.once('close', () => clearInterval(timer));
}

/** Two requests with a pause between them, over one connection where the server keeps it. */
export async function visitIdly(target: Target, report: (outcome: Outcome) => void): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 20_000 });
  const question: Question = { method: 'GET', takes: 20 };
  report(await visitByHttp1(target, question, agent));
  await delay(IDLE_MS);
  report(await visitByHttp1(target, question, agent));
  agent.destroy();
}
