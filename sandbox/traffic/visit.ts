import { createHash } from 'node:crypto';

/** Where a visit goes. */
export interface Target {
  readonly address: string;
  readonly port: number;
  /** The name that the app is asked for by. */
  readonly host: string;
}

/** One request and what became of it. */
export interface Outcome {
  readonly id: string;
  /** Why it failed, particulars behind a colon; null for a whole 200 with the body that belongs to it. */
  readonly failed: string | null;
  readonly ms: number;
  /** The release that answered; null when none did. */
  readonly release: string | null;
  readonly isPost: boolean;
  /** It went over a connection that had been used before. */
  readonly reused: boolean;
  /** It was sent anew by a client's good right: an HTTP/2 stream that the server said it had not begun. */
  readonly askedAgain: boolean;
}

export interface Question {
  readonly method: 'GET' | 'POST';
  /** Milliseconds the app takes to answer. */
  readonly takes: number;
  /** The answer comes in drips, all that time long. */
  readonly drips?: boolean;
  readonly bytes?: number;
  /** Bytes that are sent in a second; all at once when not given. */
  readonly bytesPerSecond?: number;
}

/** Milliseconds beyond its own time after which a request counts as one that is never answered. */
const PATIENCE_MS = 60_000;
const DRIP_MS = 500;

/** Milliseconds after which there is no answer to be expected any more. */
export function patience({ takes, bytes = 0, bytesPerSecond }: Question): number {
  return PATIENCE_MS + takes + (bytesPerSecond === undefined ? 0 : (bytes / bytesPerSecond) * 1000);
}

export function headersOf(question: Question, id: string): Record<string, string> {
  return { 'x-id': id, 'x-ms': String(question.takes), ...(question.drips ? { 'x-drip': '1' } : {}) };
}

/** Why an answer is not the whole right one; null when it is. */
export function faultOf(question: Question, id: string, status: number | undefined, release: string | null, body: string): string | null {
  if (status !== 200) return `status ${status ?? 'none'}`;
  const { bytes = 0, drips, takes } = question;
  const right = `${drips ? '.'.repeat(Math.floor(takes / DRIP_MS)) : ''}${release} ${id} ${bytes} ${contentHash(bytes)}\n`;
  return body === right ? null : `a wrong body: ${body.length} characters, ${JSON.stringify(body.slice(0, 120))}`;
}

/** What is sent: the same bytes for the same number. */
export function content(bytes: number): Buffer {
  return Buffer.alloc(bytes, 'what a visitor sends, again and again. ');
}

const hashes = new Map<number, string>();

function contentHash(bytes: number): string {
  const known = hashes.get(bytes);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(content(bytes)).digest('hex');
  hashes.set(bytes, hash);
  return hash;
}
