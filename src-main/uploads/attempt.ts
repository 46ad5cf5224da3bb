import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { saysDiskFull } from '../base/disk-free.ts';
import { ExpectedError, isCancellation } from '../contract/index.ts';
import type { ExecResult } from '../ssh/types.ts';
import { type CompressionPlan, type Prefix, PrefixDiffers, type Sent, send } from './sender.ts';
import { CLEAN, RECEIVE, RECEIVE_CODES } from './server-scripts.ts';
import type { Base, ServerAccess, UploadOptions } from './types.ts';

/** Milliseconds that a script has to come to its end once its input has ended. */
const patienceMs = 3_000;

/** One run of the script that receives. */
export class Attempt {
  readonly id = randomBytes(8).toString('hex');
  /** Of the packing, or of what was sent before. */
  #failure: unknown = null;
  /** From the first byte until the server had made all of it; null before. */
  milliseconds: number | null = null;
  /** What it was to bring, once that was packed to its end. */
  packed: Sent | null = null;

  constructor(
    private readonly server: ServerAccess,
    private readonly app: string,
    private readonly options: UploadOptions,
    private readonly plan: CompressionPlan,
    private readonly base: Base | null,
    /** The attempts that broke off, the latest first. */
    private readonly before: readonly string[],
  ) {}

  /** Whether it is a failure of the packing. */
  isOurs(error: unknown): boolean {
    return this.#failure !== null && error === this.#failure && !(error instanceof PrefixDiffers);
  }

  async run(onSent: (bytes: number) => void): Promise<Sent> {
    const { signal, pack } = this.options;
    signal.throwIfAborted();
    const input = new PassThrough();
    // Nobody listens yet while the command waits for its channel.
    input.on('error', () => undefined);
    let sent: Promise<Sent> | null = null;
    let detach = (): void => undefined;
    const over = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let isCut = false;
    // Ends the input, which ends the script in order, so that nothing of it comes after it was cleaned up. Where that takes too long, since
    // much is on the way, the script is ended.
    const cut = (reason: unknown): void => {
      if (isCut) return;
      isCut = true;
      timer = setTimeout(() => over.abort(reason), patienceMs);
      detach();
      if (!input.destroyed) input.end();
    };
    let startedAt = 0;
    const start = (prefix: Prefix | null): void => {
      if (sent) return;
      startedAt = performance.now();
      const sending = send(pack, this.base, this.plan, prefix, onSent, (whole) => {
        this.packed = whole;
      });
      sent = sending.finished;
      detach = () => {
        sending.output.unpipe(input);
        sending.output.destroy();
      };
      sent.catch((error: unknown) => {
        if (!isCut && !input.destroyed && !isCancellation(error)) this.#failure = error;
        cut(error);
      });
      input.once('close', () => sending.output.destroy());
      sending.output.pipe(input);
    };
    let answer = '';
    const onStdout = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      const have = /^have +(\d+) ([0-9a-f]{64})$/m.exec(answer);
      if (have?.[1] && have[2]) start({ bytes: Number(have[1]), sha256: have[2] });
    };
    const unpack = this.plan.compression.kind;
    const argv = ['/bin/sh', '-c', RECEIVE, 'sh', folderName(this.app), unpack, this.id, this.base?.manifest.hash ?? '-', ...this.before];
    const onAbort = (): void => cut(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const running = this.server.connection.exec(argv, { input, signal: over.signal, timeoutMs: 0, onStdout });
      if (this.before.length === 0) start(null);
      const result = await running;
      if (this.#failure !== null) throw this.#failure;
      if (result.code !== 0) throw refusal(result, this.server.name);
    } finally {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
      isCut = true;
      // What the server no longer reads is not packed either, nor what it never began to read.
      input.destroy();
    }
    if (!sent) throw new Error('The server received what was not sent');
    const whole = await (sent as Promise<Sent>);
    this.milliseconds = performance.now() - startedAt;
    return whole;
  }

  /** Where there is no connection, the next run does it. */
  async clean(): Promise<void> {
    const { connection } = this.server;
    if (connection.state.phase !== 'connected') return;
    await connection.exec(['/bin/sh', '-c', CLEAN], { input: `${this.app} ${this.id}\n`, timeoutMs: 30_000 }).catch(() => undefined);
  }
}

/** An app's name as the name of its folder. It is one already; what is removed by it must not be anything else. */
export function folderName(app: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(app)) return app;
  throw new Error(`"${app}" is not the name of an app`);
}

function refusal({ code, stderr }: ExecResult, server: string): ExpectedError {
  if (saysDiskFull(stderr)) {
    return new ExpectedError('disk-full', `The disk of ${server} is full, so the upload could not be kept`, {
      detail: stderr.trim(),
      next: 'Free some space on the server, and deploy again.',
    });
  }
  const what =
    code === RECEIVE_CODES.refused
      ? 'what arrived is not what was sent'
      : code === RECEIVE_CODES.cutShort
        ? 'it broke off'
        : 'it could not be written';
  return new ExpectedError('command-failed', `The upload to ${server} failed: ${what}`, {
    detail: stderr.trim(),
    next: 'Deploy again.',
  });
}
