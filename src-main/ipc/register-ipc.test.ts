import { afterEach, describe, expect, it } from 'vitest';
import { Emitter } from '../base/emitter.ts';
import { type Logger, silentLogger } from '../base/log.ts';
import { type CallName, callNames, ExpectedError, highWaterMark, type Outcome } from '../contract/index.ts';
import type { IpcPort } from './port.ts';
import { registerIpc } from './register-ipc.ts';
import type { EventSources, Handlers, StreamOpeners } from './types.ts';
import { channels, type StreamMessage, type StreamRequest } from './wire.ts';

type Caller = 'window' | 'stranger';

/** The two ends of Electron's IPC in one process: values are cloned as they cross, as there. */
class MemoryPort implements IpcPort<Caller> {
  readonly reset = new Emitter<void>();
  readonly onReset = this.reset.event;
  readonly sent: { readonly channel: string; readonly args: readonly unknown[] }[] = [];
  readonly #answers = new Map<string, (caller: Caller, ...args: readonly unknown[]) => Promise<unknown>>();
  readonly #listeners = new Map<string, (caller: Caller, ...args: readonly unknown[]) => void>();

  handle(channel: string, answer: (caller: Caller, ...args: readonly unknown[]) => Promise<unknown>) {
    this.#answers.set(channel, answer);
    return { dispose: () => void this.#answers.delete(channel) };
  }

  on(channel: string, listener: (caller: Caller, ...args: readonly unknown[]) => void) {
    this.#listeners.set(channel, listener);
    return { dispose: () => void this.#listeners.delete(channel) };
  }

  send(channel: string, ...args: readonly unknown[]): void {
    this.sent.push({ channel, args: structuredClone(args) });
  }

  call(name: unknown, args: unknown, id: unknown = 'c1', caller: Caller = 'window'): Promise<Outcome<unknown>> {
    return this.#answers.get(channels.call)?.(caller, name, structuredClone(args), id) as Promise<Outcome<unknown>>;
  }

  tell(channel: string, message: unknown, caller: Caller = 'window'): void {
    this.#listeners.get(channel)?.(caller, structuredClone(message));
  }

  stream(request: StreamRequest, caller: Caller = 'window'): void {
    this.tell(channels.stream, request, caller);
  }

  get messages(): StreamMessage[] {
    return this.sent.filter(({ channel }) => channel === channels.stream).map(({ args }) => args[0] as StreamMessage);
  }

  get registered(): number {
    return this.#answers.size + this.#listeners.size + this.reset.listenerCount;
  }
}

const never = async (): Promise<never> => {
  throw new Error('not part of this test');
};
const emptyStream = () => ({ chunks: (async function* () {})() });

interface Parts {
  readonly handlers?: Partial<Handlers>;
  readonly streams?: Partial<StreamOpeners>;
  readonly logger?: Logger;
  readonly checkResults?: boolean;
}

const open: { dispose(): void }[] = [];
afterEach(() => {
  for (const item of open.splice(0)) item.dispose();
});

function start({ handlers = {}, streams = {}, logger = silentLogger, checkResults = true }: Parts = {}) {
  const port = new MemoryPort();
  const action = new Emitter<{ action: string }>();
  const silence: EventSources = {
    'servers.changed': new Emitter<never>().event,
    'jobs.changed': new Emitter<never>().event,
    'preferences.changed': new Emitter<never>().event,
    'action.requested': action.event,
  };
  const ipc = registerIpc<Caller>({
    port,
    handlers: { ...(Object.fromEntries(callNames.map((name: CallName) => [name, never])) as unknown as Handlers), ...handlers },
    streams: { 'jobs.log': emptyStream, 'apps.logs': emptyStream, terminal: emptyStream, ...streams },
    events: silence,
    isTrusted: (caller) => caller === 'window',
    logger,
    checkResults,
  });
  open.push(ipc);
  return { port, ipc, action };
}

function recordingLogger() {
  const lines: string[] = [];
  const add = (message: string): void => void lines.push(message);
  return { lines, logger: { debug: add, warn: add, error: add } };
}

/** Lets every promise that is ready settle. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('calls', () => {
  it('parses the arguments, with the defaults of the contract, before the handler sees them', async () => {
    let seen: unknown;
    const { port } = start({
      handlers: {
        'preferences.set': async (preferences) => {
          seen = preferences;
          return preferences;
        },
      },
    });
    const outcome = await port.call('preferences.set', { theme: 'dark', somethingElse: 1 });
    const whole = {
      theme: 'dark',
      logs: { wrap: true, timestamps: true },
      terminal: { fontSize: 12.5, copyOnSelect: false },
      keepReleases: 5,
    };
    expect(outcome).toEqual({ ok: true, value: whole });
    expect(seen).toEqual(whole);
  });

  it('names the wrong field and does not run the handler', async () => {
    let ran = false;
    const { port } = start({
      handlers: {
        'servers.add': async () => {
          ran = true;
          return never();
        },
      },
    });
    const outcome = await port.call('servers.add', {
      name: 'harbor',
      host: 'h',
      port: 70000,
      user: 'root',
      authentication: { kind: 'agent' },
    });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid-input', message: 'port: A port is between 1 and 65535' } });
    expect(ran).toBe(false);
  });

  it.each(['servers.explode', 'toString', '__proto__', 'constructor', '', 7, null, ['app.info']])('refuses the name %j', async (name) => {
    const { port } = start();
    expect(await port.call(name, {})).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
  });

  it.each(['', 'x'.repeat(65), 7, null, undefined, {}])('refuses the id %j', async (id) => {
    const { port } = start({ handlers: { 'folders.pick': async () => ({ path: null }) } });
    // undefined would take the default of call()
    expect(await port.call('folders.pick', {}, id ?? null)).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
  });

  it('answers nobody but the trusted frame, and says so in the log', async () => {
    let ran = false;
    const { lines, logger } = recordingLogger();
    const { port } = start({
      logger,
      handlers: {
        'folders.pick': async () => {
          ran = true;
          return { path: '/secret' };
        },
      },
    });
    const outcome = await port.call('folders.pick', {}, 'c1', 'stranger');
    expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
    expect(ran).toBe(false);
    expect(lines).toContain('A message from outside the window was refused');
  });

  it('carries an expected error with its code and next step', async () => {
    const { port } = start({
      handlers: {
        'apps.get': async () => {
          throw new ExpectedError('not-found', 'There is no app named shop.', { next: 'Deploy it first.', detail: 'docker said so' });
        },
      },
    });
    expect(await port.call('apps.get', { server: 's', app: 'shop' })).toEqual({
      ok: false,
      error: { code: 'not-found', message: 'There is no app named shop.', next: 'Deploy it first.', detail: 'docker said so' },
    });
  });

  it('calls anything else a bug and logs it', async () => {
    const { lines, logger } = recordingLogger();
    const { port } = start({ logger, handlers: { 'jobs.list': async () => JSON.parse('{') } });
    expect(await port.call('jobs.list', {})).toMatchObject({ ok: false, error: { code: 'bug' } });
    expect(lines).toEqual(['Call jobs.list failed by a bug']);
  });

  it('finds a result that the contract does not allow where results are checked, and only there', async () => {
    const handlers: Partial<Handlers> = { 'folders.pick': async () => ({ path: 7 as unknown as string }) };
    expect(await start({ handlers }).port.call('folders.pick', {})).toMatchObject({ ok: false, error: { code: 'bug' } });
    expect(await start({ handlers, checkResults: false }).port.call('folders.pick', {})).toEqual({ ok: true, value: { path: 7 } });
  });

  it('aborts the signal of the cancelled call and of no other', async () => {
    const signals: AbortSignal[] = [];
    const { port } = start({
      handlers: {
        'jobs.list': (_args, signal) => {
          signals.push(signal);
          return new Promise((resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            if (signals.length === 2) resolve([]);
          });
        },
      },
    });
    const first = port.call('jobs.list', {}, 'one');
    const second = port.call('jobs.list', {}, 'two');
    port.tell(channels.cancel, 'one', 'stranger');
    expect(signals[0]?.aborted).toBe(false);
    port.tell(channels.cancel, 'one');
    port.tell(channels.cancel, 'unknown');
    expect(await first).toEqual({ ok: false, error: { code: 'cancelled', message: 'Cancelled' } });
    expect(await second).toEqual({ ok: true, value: [] });
    expect(signals[1]?.aborted).toBe(false);
  });

  it('refuses a second call under an id that is running, and takes the id again afterwards', async () => {
    let finish = (): void => undefined;
    const { port } = start({
      handlers: {
        'jobs.list': () =>
          new Promise((resolve) => {
            finish = () => resolve([]);
          }),
      },
    });
    const first = port.call('jobs.list', {}, 'same');
    expect(await port.call('jobs.list', {}, 'same')).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
    finish();
    expect(await first).toEqual({ ok: true, value: [] });
    const again = port.call('jobs.list', {}, 'same');
    finish();
    expect(await again).toEqual({ ok: true, value: [] });
  });

  it.each(['reset', 'dispose'] as const)('aborts what runs on %s', async (how) => {
    let signal: AbortSignal | undefined;
    const { port, ipc } = start({
      handlers: {
        'jobs.list': (_args, given) => {
          signal = given;
          return new Promise((_resolve, reject) => given.addEventListener('abort', () => reject(given.reason)));
        },
      },
    });
    const running = port.call('jobs.list', {});
    if (how === 'reset') port.reset.fire();
    else ipc.dispose();
    expect(signal?.aborted).toBe(true);
    expect(await running).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });
});

describe('events', () => {
  it('sends each to the window by its name', () => {
    const { port, action } = start();
    action.fire({ action: 'palette.open' });
    expect(port.sent).toEqual([{ channel: channels.event, args: ['action.requested', { action: 'palette.open' }] }]);
  });

  it('leaves nothing registered once disposed', () => {
    const { port, ipc, action } = start();
    ipc.dispose();
    expect(port.registered).toBe(0);
    expect(action.listenerCount).toBe(0);
  });
});

describe('streams', () => {
  const terminalArgs = { server: 's', target: { kind: 'server' }, size: { cols: 80, rows: 24 } };
  const kilobyte = 1024;

  /** A source that counts how often it was asked, and gives blocks of 16 KiB for ever. */
  function flood() {
    const state = { pulled: 0, returned: false, aborted: false };
    const opener: StreamOpeners['terminal'] = (_args, signal) => {
      signal.addEventListener('abort', () => {
        state.aborted = true;
      });
      return {
        chunks: {
          [Symbol.asyncIterator]: () => ({
            next: async () => {
              state.pulled++;
              return { done: false, value: new Uint8Array(16 * kilobyte) };
            },
            return: async () => {
              state.returned = true;
              return { done: true, value: undefined };
            },
          }),
        },
      };
    };
    return { state, opener };
  }

  it('stops pulling at the high water mark and goes on below the low one', async () => {
    const { state, opener } = flood();
    const { port } = start({ streams: { terminal: opener }, checkResults: false });
    port.stream({ kind: 'open', id: 't', name: 'terminal', args: terminalArgs });
    await settle();
    const atMark = highWaterMark / (16 * kilobyte);
    expect(state.pulled).toBe(atMark);
    expect(port.messages).toHaveLength(atMark);

    // All but three chunks: 48 KiB are left, above the low mark of 32 KiB.
    for (let number = 0; number < atMark - 3; number++) port.stream({ kind: 'acknowledge', id: 't', number });
    await settle();
    expect(state.pulled).toBe(atMark);
    port.stream({ kind: 'acknowledge', id: 't', number: atMark - 3 });
    await settle();
    // 32 KiB were left, so 224 KiB more fit.
    expect(state.pulled).toBe(atMark + 14);
  });

  it('counts an acknowledgement once, and none from a stranger', async () => {
    const { state, opener } = flood();
    const { port } = start({ streams: { terminal: opener }, checkResults: false });
    port.stream({ kind: 'open', id: 't', name: 'terminal', args: terminalArgs });
    await settle();
    const before = state.pulled;
    for (let times = 0; times < 100; times++) port.stream({ kind: 'acknowledge', id: 't', number: 0 });
    for (let number = 0; number < before; number++) port.stream({ kind: 'acknowledge', id: 't', number }, 'stranger');
    await settle();
    expect(state.pulled).toBe(before);
  });

  it.each([
    ['the window closes it', (port: MemoryPort) => port.stream({ kind: 'close', id: 't' })],
    ['the page goes away', (port: MemoryPort) => port.reset.fire()],
  ])('lets go of the source when %s, and sends nothing more', async (_why, end) => {
    const { state, opener } = flood();
    const { port } = start({ streams: { terminal: opener }, checkResults: false });
    port.stream({ kind: 'open', id: 't', name: 'terminal', args: terminalArgs });
    await settle();
    const sent = port.messages.length;
    end(port);
    await settle();
    expect(state).toMatchObject({ aborted: true, returned: true });
    expect(port.messages).toHaveLength(sent);
  });

  it('closes a stream whose source is waiting for its next chunk', async () => {
    let returned = false;
    const { port } = start({
      streams: {
        terminal: () => ({
          chunks: {
            [Symbol.asyncIterator]: () => ({
              next: () => new Promise(() => undefined),
              return: async () => {
                returned = true;
                return { done: true as const, value: undefined };
              },
            }),
          },
        }),
      },
      checkResults: false,
    });
    port.stream({ kind: 'open', id: 't', name: 'terminal', args: terminalArgs });
    await settle();
    port.stream({ kind: 'close', id: 't' });
    await settle();
    expect(returned).toBe(true);
    expect(port.messages).toEqual([]);
  });

  it('delivers chunks in order, then the end, and forgets the stream', async () => {
    const line = (text: string) => [{ at: 1, stage: 'build', stream: 'stdout' as const, text }];
    const { port } = start({
      streams: {
        'jobs.log': () => ({
          chunks: (async function* () {
            yield line('a');
            yield line('b');
          })(),
        }),
      },
    });
    port.stream({ kind: 'open', id: 'l', name: 'jobs.log', args: { job: 'j' } });
    await settle();
    expect(port.messages).toEqual([
      { kind: 'chunk', id: 'l', number: 0, chunk: line('a') },
      { kind: 'chunk', id: 'l', number: 1, chunk: line('b') },
      { kind: 'end', id: 'l', error: null },
    ]);
    port.stream({ kind: 'acknowledge', id: 'l', number: 0 });
    port.stream({ kind: 'close', id: 'l' });
    expect(port.messages).toHaveLength(3);
  });

  it('ends with the error that the source threw', async () => {
    const { port } = start({
      streams: {
        'jobs.log': () => {
          throw new ExpectedError('not-found', 'That job is gone.');
        },
      },
    });
    port.stream({ kind: 'open', id: 'l', name: 'jobs.log', args: { job: 'j' } });
    await settle();
    expect(port.messages).toEqual([{ kind: 'end', id: 'l', error: { code: 'not-found', message: 'That job is gone.' } }]);
  });

  it.each([
    ['an unknown name', { kind: 'open', id: 'x', name: 'everything', args: {} }],
    ['wrong arguments', { kind: 'open', id: 'x', name: 'jobs.log', args: { job: 7 } }],
  ] as const)('refuses %s', async (_what, request) => {
    const { port } = start();
    port.stream(request);
    await settle();
    expect(port.messages).toMatchObject([{ kind: 'end', id: 'x', error: { code: 'invalid-input' } }]);
  });

  it('opens nothing for a stranger and drops what makes no sense', async () => {
    const { lines, logger } = recordingLogger();
    const { state, opener } = flood();
    const { port } = start({ streams: { terminal: opener }, logger });
    port.stream({ kind: 'open', id: 't', name: 'terminal', args: terminalArgs }, 'stranger');
    for (const nonsense of [null, 'open', {}, { kind: 'eat', id: 't' }, { kind: 'open', id: '', name: 'terminal', args: terminalArgs }]) {
      port.tell(channels.stream, nonsense);
    }
    await settle();
    expect(state.pulled).toBe(0);
    expect(port.messages).toEqual([]);
    expect(lines).toHaveLength(6);
  });

  it('parses input before the source gets it', async () => {
    const got: unknown[] = [];
    const { port } = start({
      streams: {
        terminal: () => ({
          chunks: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) },
          send: (input) => void got.push(input),
        }),
      },
    });
    port.stream({ kind: 'open', id: 't', name: 'terminal', args: terminalArgs });
    port.stream({ kind: 'input', id: 't', input: { kind: 'data', data: 'ls\r' } });
    port.stream({ kind: 'input', id: 't', input: { kind: 'data', data: 7 } });
    port.stream({ kind: 'input', id: 't', input: { kind: 'resize', size: { cols: 0, rows: 24 } } });
    expect(got).toEqual([{ kind: 'data', data: 'ls\r' }]);
  });
});
