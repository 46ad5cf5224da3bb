import type { Logger } from '../base/log.ts';
import { type CallName, CancelledError, calls, type ErrorShape, ExpectedError, type Outcome, toErrorShape } from '../contract/index.ts';
import { parseInput } from './parse.ts';
import type { Handlers } from './types.ts';

export interface CallServerOptions {
  readonly handlers: Handlers;
  readonly logger: Logger;
  /** Whether what handlers answer is parsed too. In development and tests: a mismatch is a bug of ours, found there. */
  readonly checkResults: boolean;
}

/** Answers the calls of one window: finds the handler, parses, runs it under a signal, and turns what is thrown into an outcome. */
export class CallServer {
  readonly #running = new Map<string, AbortController>();

  constructor(private readonly options: CallServerOptions) {}

  async answer(name: unknown, args: unknown, id: unknown): Promise<Outcome<unknown>> {
    try {
      if (!isCallName(name)) throw new ExpectedError('invalid-input', `There is no call named ${JSON.stringify(name)}`);
      if (typeof id !== 'string' || id === '' || id.length > 64)
        throw new ExpectedError('invalid-input', 'A call needs an id of 1 to 64 characters');
      if (this.#running.has(id)) throw new ExpectedError('invalid-input', 'A call with this id is already running');
      return { ok: true, value: await this.#run(name, args, id) };
    } catch (error) {
      return { ok: false, error: this.#shape(String(name), error) };
    }
  }

  async #run<N extends CallName>(name: N, args: unknown, id: string): Promise<unknown> {
    const parsed = parseInput(calls[name].args, args, name);
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      // The map ties the two together by name, which TypeScript cannot follow through a generic index.
      const handler = this.options.handlers[name] as (args: unknown, signal: AbortSignal) => Promise<unknown>;
      const value = await handler(parsed, controller.signal);
      return this.options.checkResults ? calls[name].result.parse(value) : value;
    } finally {
      this.#running.delete(id);
    }
  }

  #shape(name: string, error: unknown): ErrorShape {
    const shape = toErrorShape(error);
    if (shape.code === 'bug') this.options.logger.error(`Call ${name} failed by a bug`, { error: shape.detail ?? shape.message });
    return shape;
  }

  cancel(id: unknown): void {
    if (typeof id === 'string') this.#running.get(id)?.abort(new CancelledError());
  }

  /** The page is gone: nobody waits for any answer. */
  cancelAll(): void {
    for (const controller of this.#running.values()) controller.abort(new CancelledError());
  }

  get running(): number {
    return this.#running.size;
  }
}

function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(calls, name);
}
