import type { Duplex } from 'node:stream';
import type { TerminalTarget } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import type { PtyChannel } from '../ssh/types.ts';

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** What a terminal needs of a server. */
export type TerminalSession = Pick<ServerSession, 'connection' | 'docker'>;

/** A program on a pseudo-terminal. Its output ends when the program ends and throws when the way to it is lost; leaving the iteration closes it. */
export type Terminal = PtyChannel;

/**
 * Prefers bash where the image has it. Which one it is only the container knows, so that the shell's name comes as the terminal's title,
 * which is shown beside its size. Fixed text: nothing of the user's is in it.
 */
const anyShell = [
  '/bin/sh',
  '-c',
  'shell=sh; command -v bash >/dev/null 2>&1 && shell=bash; printf "\\033]0;%s\\007" "$shell"; exec "$shell"',
] as const;

/**
 * Opens a shell on the server, or in a container bash when it has it and sh otherwise. Rejects with what the connection or Docker
 * says (`ssh-lost`, `channel-refused`, `not-found`, `docker-failed` …).
 */
export async function openTerminal(session: TerminalSession, target: TerminalTarget, size: TerminalSize): Promise<Terminal> {
  if (target.kind === 'server') return session.connection.openShell(size);
  const { stream, resize } = await session.docker.execTerminal(target.container, anyShell, size);
  return containerTerminal(stream, resize);
}

/** `exit` of a shell in a container ends the stream; a stream that breaks off throws into whoever reads it. */
function containerTerminal(stream: Duplex, resize: (cols: number, rows: number) => Promise<void>): Terminal {
  const sizes = new LatestOnly(resize);
  return {
    output: read(stream),
    write: (data) => {
      if (stream.writable) stream.write(data);
    },
    resize: (cols, rows) => sizes.ask(cols, rows),
    close: () => stream.destroy(),
  };
}

async function* read(stream: Duplex): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    // Closing it ourselves is no failure.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
  } finally {
    stream.destroy();
  }
}

/** Dragging a window's edge asks for many sizes: one request at a time, and only the newest size after it. */
class LatestOnly {
  #wanted: readonly [number, number] | null = null;
  #busy = false;

  constructor(private readonly resize: (cols: number, rows: number) => Promise<void>) {}

  ask(cols: number, rows: number): void {
    this.#wanted = [cols, rows];
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let next = this.#take(); next; next = this.#take()) {
      // A program that has just ended has no size any more.
      await this.resize(...next).catch(() => undefined);
    }
    this.#busy = false;
  }

  #take(): readonly [number, number] | null {
    const next = this.#wanted;
    this.#wanted = null;
    return next;
  }
}
