/** Only for tests: the built `longshore` command with a data folder of its own, as a script runs it and as somebody at a terminal does. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { poll } from '../base/wait.ts';

const root = resolve(import.meta.dirname, '../..');
const built = join(root, 'out/cli/longshore.js');
/** The sample app of the demo. */
export const sample = join(root, 'resources/samples/hello-harbor');

const longestMs = 300_000;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The last line of standard output as JSON: what scripts read. */
export function lastLine<T>({ stdout }: Pick<Ran, 'stdout'>): T {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}

export class PracticeCli {
  private constructor(readonly home: string) {}

  static async create(): Promise<PracticeCli> {
    await stat(built).catch(() => {
      throw new Error('out/cli/longshore.js is missing: run npm run build first');
    });
    return new PracticeCli(await mkdtemp(join(tmpdir(), 'longshore-cli-')));
  }

  /** Without a terminal and without input, until it has ended. */
  readonly run = (...args: readonly string[]): Promise<Ran> =>
    new Promise((done) => {
      const child = execFile(
        process.execPath,
        [built, ...args],
        { env: this.#env(), timeout: longestMs, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      );
      child.stdin?.end();
    });

  /** Without a terminal, and goes on meanwhile. */
  start(...args: readonly string[]): Talk {
    return new Talk(spawn(process.execPath, [built, ...args], { env: this.#env(), timeout: longestMs, stdio: 'pipe' }));
  }

  /** On a pseudo-terminal: `script` makes one, passes on what is typed, and ends with the command's own code. */
  atTerminal(...args: readonly string[]): Talk {
    const quoted = [process.execPath, built, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const env = { ...this.#env(), SHELL: '/bin/sh', TERM: 'xterm' };
    return new Talk(spawn('script', ['-q', '-e', '-c', quoted, '/dev/null'], { env, timeout: longestMs, stdio: 'pipe' }));
  }

  async end(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }

  /** Without the agent of whoever runs the tests: which login is tried must not depend on it. */
  #env(): NodeJS.ProcessEnv {
    const { SSH_AUTH_SOCK: _, ...env } = process.env;
    return { ...env, LONGSHORE_HOME: this.home };
  }
}

/** A command that runs, with what it has said so far. */
export class Talk {
  stdout = '';
  stderr = '';
  readonly #code: Promise<number>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#code = new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (code, signal) => done(code ?? (signal === null ? 1 : 128)));
    });
  }

  /** Waits until it has said this on standard output (a terminal has only one), for the given time. */
  async says(words: string, times = 1): Promise<void> {
    const said = await poll(() => (this.stdout.split(words).length > times ? true : undefined), { everyMs: 20, withinMs: 60_000 });
    if (!said) throw new Error(`It did not say “${words}” ${times} times, but: ${this.stdout}${this.stderr}`);
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  /** Its exit code. The input stays open until then: its end would be a Ctrl-D. */
  async ended(): Promise<number> {
    const code = await this.#code;
    this.child.stdin?.end();
    return code;
  }
}
