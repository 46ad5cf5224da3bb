import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import type { PracticeLaptop } from '../../sandbox/laptop.ts';
import type { Cell } from './cells.ts';

/** Milliseconds without a sign of life after which the lease of a run may be taken over. */
export const leaseMs = 6_000;

export interface Ended {
  /** 128 for a process that was killed. */
  readonly code: number;
  /** The release that is live by its own word. */
  readonly release: number | null;
  /** Code and sentence of its error; null when it succeeded. */
  readonly error: string | null;
  readonly said: string;
}

/** Builds the process as the product is built. Returns what runs it and what takes it away. */
export async function buildLaptop(name: string): Promise<{ readonly module: string; readonly remove: () => Promise<void> }> {
  const folder = resolve('out', name);
  const input = { laptop: resolve('bench/faults/laptop-process.ts'), 'archive-worker': resolve('src-main/archive/worker.ts') };
  await build({
    configFile: resolve('cli.vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, rolldownOptions: { input } },
  });
  return { module: join(folder, 'laptop.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** One run of the command, as a process that can be killed and frozen. */
export class LaptopRun {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  readonly #reached: Promise<'reached' | 'ended'>;
  #isOver = false;

  constructor(place: PracticeLaptop, module: string, home: string, args: readonly string[], stopAt: Omit<Cell, 'fault'> | null) {
    const [program = '', ...words] = place.on([process.execPath, module, ...args]);
    // Which login is tried must not depend on who runs this.
    const { SSH_AUTH_SOCK: _, ...env } = process.env;
    this.#child = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...env,
        LONGSHORE_HOME: home,
        LONGSHORE_LEASE_MS: String(leaseMs),
        ...(stopAt ? { LONGSHORE_STOP_AT: `${stopAt.moment}-${stopAt.stage}` } : {}),
      },
    });
    let stdout = '';
    let stderr = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    this.#ended = new Promise((done, fail) => {
      this.#child.once('error', fail);
      this.#child.once('close', (code) => {
        this.#isOver = true;
        done({ code: code ?? 128, ...resultOf(stdout), said: stderr.slice(-4_000) });
      });
    });
    this.#ended.catch(() => undefined);
    this.#reached = Promise.race([
      new Promise<'reached'>((done) => this.#child.once('message', () => done('reached'))),
      this.#ended.then(() => 'ended' as const),
    ]);
    this.#reached.catch(() => undefined);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when it stands at its moment, or has ended without coming to it. */
  reached(): Promise<'reached' | 'ended'> {
    return this.#reached;
  }

  goOn(): void {
    if (this.#child.connected) this.#child.send('go on');
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Waits for its end; kills it when that does not come in time, which its code then says. */
  async ended(withinMs: number): Promise<Ended> {
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), withinMs);
    try {
      return await this.#ended;
    } finally {
      clearTimeout(deadline);
    }
  }
}

function resultOf(stdout: string): Pick<Ended, 'release' | 'error'> {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (line === '') return { release: null, error: null };
  const value = JSON.parse(line) as { release?: number; error?: { code: string; message: string } };
  return { release: value.release ?? null, error: value.error ? `${value.error.code}: ${value.error.message}` : null };
}
