/** A process that stays warm between runs, as the app is, and is asked to do one thing at a time. */
import { type ChildProcess, fork } from 'node:child_process';

export interface Run {
  readonly ms: number;
  readonly bytes: number;
  readonly files: number;
}

export type Answer = Run | { readonly error: string };

export class WarmProcess {
  readonly #child: ChildProcess;
  #waiting: { resolve(run: Run): void; reject(error: Error): void } | null = null;

  constructor(module: string, args: readonly string[]) {
    this.#child = fork(module, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (answer: Answer) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer);
    });
    this.#child.once('exit', (code) => this.#waiting?.reject(new Error(`${module} ended with ${code}`)));
    this.#child.on('error', (error) => this.#waiting?.reject(error));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** One at a time. The time is taken inside the process. */
  run(request: { readonly what: string; readonly folder: string }): Promise<Run> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#child.send(request);
    });
  }

  end(): void {
    this.#child.kill();
  }
}

/** In the warm process: answers what it is asked by `work`, which returns bytes and files. */
export function answerRuns(work: (what: string, folder: string) => Promise<{ readonly bytes: number; readonly files: number }>): void {
  process.on('message', ({ what, folder }: { what: string; folder: string }) => {
    const began = performance.now();
    work(what, folder).then(
      (done) => process.send?.({ ...done, ms: performance.now() - began }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
