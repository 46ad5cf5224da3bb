/** Runs commands of this machine. Everything else in this folder goes through here, so that nothing is pasted into a shell. */
import { spawn } from 'node:child_process';
import { SandboxError } from './errors.ts';

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called for each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

const ERROR_TAIL_LINES = 12;

/** Runs `argv` to its end; a non-zero exit is a result, not an error. Throws SandboxError when the program is not there. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const lines = options.onLine === undefined ? undefined : lineSplitter(options.onLine);
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      lines?.(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err.push(chunk);
      lines?.(chunk);
    });
    child.on('error', (error) => reject(new SandboxError(`cannot run ${program}: ${error.message}`)));
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? (signal === 'SIGKILL' ? 137 : 143),
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      }),
    );
    // A program that ends without reading its input closes the pipe under us (EPIPE); its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Runs `argv` and gives back stdout; throws SandboxError with the last lines of its output when it fails. */
export async function mustRun(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await run(argv, options);
  if (result.code !== 0) {
    const tail = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-ERROR_TAIL_LINES).join('\n');
    throw new SandboxError(`${argv.slice(0, 4).join(' ')} failed with exit code ${result.code}\n${tail}`);
  }
  return result.stdout;
}

/**
 * Wraps `argv` so that it runs in its own mount and PID namespaces and dies with this process: a build that is killed half-way
 * leaves no mount and no process behind.
 */
export function sealed(argv: readonly string[]): string[] {
  return ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--', ...argv];
}

function lineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      onLine(part);
    }
  };
}
