import { randomUUID } from 'node:crypto';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { content, faultOf, headersOf, type Outcome, patience, type Question, type Target } from './visit.ts';

/** Whether a TLS connection to the target is taken, and HTTP/2 agreed on over it. */
export function speaksHttp2({ address, port, host }: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: address,
      port,
      servername: host,
      ALPNProtocols: ['h2'],
      rejectUnauthorized: false,
      timeout: 10_000,
    });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => end(socket.alpnProtocol === 'h2'));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/**
 * A client that keeps one session, as browsers do: when the server says that it will close it (GOAWAY), what is under way ends there and
 * what comes next goes over a new one. A stream that the server refused, which means that it did nothing of it (RFC 9113, section 8.7), is
 * sent once more; nothing else is.
 */
export class Http2Visitor {
  readonly #target: Target;
  readonly #authority: string;
  readonly #sessions = new Set<ClientHttp2Session>();
  #current: ClientHttp2Session | null = null;

  /** `scheme` http is HTTP/2 with prior knowledge, for a server without TLS. */
  constructor(target: Target, scheme: 'http' | 'https' = 'https') {
    this.#target = target;
    this.#authority = `${scheme}://${target.address}:${target.port}`;
  }

  async visit(question: Question): Promise<Outcome> {
    const id = randomUUID();
    const began = performance.now();
    const first = await this.#ask(question, id);
    const answer = first.refused ? await this.#ask(question, id) : first;
    return {
      id,
      failed: answer.failed,
      ms: performance.now() - began,
      release: answer.release,
      isPost: question.method === 'POST',
      reused: answer.reused,
      askedAgain: first.refused,
    };
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
  }

  #ask(question: Question, id: string): Promise<Pick<Outcome, 'failed' | 'release' | 'reused'> & { readonly refused: boolean }> {
    const { session, reused } = this.#session();
    return new Promise((resolve) => {
      let status: number | undefined;
      let release: string | null = null;
      let body = '';
      const end = (failed: string | null, refused = false): void => {
        clearTimeout(deadline);
        resolve({ failed, release, reused, refused });
      };
      const { method, bytes = 0 } = question;
      const stream = session.request(
        { ':method': method, ':path': '/', ':authority': this.#target.host, ...headersOf(question, id) },
        { endStream: method === 'GET' },
      );
      const deadline = setTimeout(() => stream.destroy(new Error('no answer')), patience(question));
      stream.setEncoding('utf8');
      stream.once('response', (headers) => {
        status = headers[':status'];
        const said = headers['x-release'];
        release = typeof said === 'string' ? said : null;
      });
      stream.on('data', (chunk: string) => {
        body += chunk;
      });
      stream.once('end', () => {
        if (status !== undefined) end(faultOf(question, id, status, release, body));
      });
      stream.once('error', (error) => end(error.message, stream.rstCode === constants.NGHTTP2_REFUSED_STREAM));
      stream.once('close', () => end('the stream was closed', stream.rstCode === constants.NGHTTP2_REFUSED_STREAM));
      if (method === 'POST') stream.end(content(bytes));
    });
  }

  #session(): { readonly session: ClientHttp2Session; readonly reused: boolean } {
    const current = this.#current;
    if (current && !current.closed && !current.destroyed) return { session: current, reused: true };
    const session = connect(this.#authority, { rejectUnauthorized: false, servername: this.#target.host });
    this.#sessions.add(session);
    // Its streams tell of it, each for itself.
    session.on('error', () => undefined);
    session.once('goaway', () => {
      if (this.#current === session) this.#current = null;
    });
    session.once('close', () => this.#sessions.delete(session));
    this.#current = session;
    return { session, reused: false };
  }
}
