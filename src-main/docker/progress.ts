import type { IncomingMessage } from 'node:http';
import { ExpectedError } from '../contract/index.ts';
import type { Failures } from './errors.ts';
import { textLines } from './json-lines.ts';
import { progressLine } from './schemas.ts';

export interface BuildStep {
  readonly number: number;
  readonly of: number;
}

/** What the classic builder prints when a step begins: "Step 2/7 : RUN npm ci". */
export function stepOf(line: string): BuildStep | null {
  const match = /^Step (\d{1,4})\/(\d{1,4}) : /.exec(line);
  return match ? { number: Number(match[1]), of: Number(match[2]) } : null;
}

const LAST_LINES = 40;

/** Reads a build's progress to its end. Returns the image's id when Docker named it; throws `build-failed` or `disk-full` with the last lines. */
export async function followBuild(
  response: IncomingMessage,
  failures: Failures,
  onLine: ((line: string, step: BuildStep | null) => void) | undefined,
): Promise<string | null> {
  const last: string[] = [];
  let imageId: string | null = null;
  let partial = '';
  const line = (text: string): void => {
    last.push(text);
    if (last.length > LAST_LINES) last.shift();
    onLine?.(text, stepOf(text));
  };
  const pullOf = pullNarrator(line);
  for await (const message of progress(response, failures, 'build the image')) {
    if (message.aux?.ID) imageId = message.aux.ID;
    if (message.stream !== undefined) {
      const lines = (partial + message.stream).split('\n');
      partial = lines.pop() ?? '';
      for (const text of lines) line(text.replace(/\r$/, ''));
    }
    pullOf(message);
    if (message.error !== undefined) {
      if (partial !== '') line(partial);
      line(message.error);
      // What ran in the step may have been the one that found no room; Docker itself then says no more than its exit code.
      throw failures.fullDisk(last.join('\n'), 'build the image') ?? buildFailed(message.error, last);
    }
  }
  if (partial !== '') line(partial);
  return imageId;
}

/** Reads a pull's progress to its end; throws what Docker said went wrong. */
export async function followPull(
  response: IncomingMessage,
  reference: string,
  failures: Failures,
  onLine: ((line: string) => void) | undefined,
): Promise<void> {
  const doing = `pull ${reference}`;
  const narrate = pullNarrator(onLine ?? (() => undefined));
  for await (const message of progress(response, failures, doing)) {
    if (message.error !== undefined) throw failures.fullDisk(message.error, doing) ?? pullFailed(message.error, reference, failures.server);
    narrate(message);
  }
}

export function buildFailed(words: string, lastLines: readonly string[]): ExpectedError {
  return new ExpectedError('build-failed', `The build failed: ${words.split('\n', 1)[0]?.trim() ?? ''}`, {
    detail: lastLines.join('\n'),
    next: 'Read the last lines of the build log; the failing step is named there.',
  });
}

export function pullFailed(words: string, reference: string, server: string): ExpectedError {
  const missing = /not found|manifest unknown|does not exist/i.test(words);
  return new ExpectedError(
    missing ? 'not-found' : 'docker-failed',
    missing ? `There is no image ${reference}` : `The image ${reference} could not be pulled to ${server}`,
    {
      detail: words,
      next: missing
        ? 'Check the name and the tag of the image.'
        : `Check that ${server} reaches its image registry and has space on its disk.`,
    },
  );
}

interface PullMessage {
  readonly status?: string | undefined;
  readonly id?: string | undefined;
  readonly progressDetail?: { readonly current?: number | undefined } | null | undefined;
}

/** Tells of each layer's changes of state, not of every kilobyte. */
function pullNarrator(onLine: (line: string) => void): (message: PullMessage) => void {
  const seen = new Map<string, string>();
  return (message) => {
    if (message.status === undefined) return;
    if (message.id !== undefined) {
      if (seen.get(message.id) === message.status) return;
      seen.set(message.id, message.status);
    }
    onLine(message.id === undefined ? message.status : `${message.id}: ${message.status}`);
  };
}

async function* progress(response: IncomingMessage, failures: Failures, doing: string) {
  try {
    for await (const text of textLines(response)) {
      const parsed = progressLine.safeParse(parseOrNull(text));
      if (parsed.success) yield parsed.data;
    }
  } catch (error) {
    throw failures.fromTransport(error, doing);
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
