import { describe, expect, it, vi } from 'vitest';
import {
  type Bridge,
  CancelledError,
  type ErrorShape,
  ExpectedError,
  type Outcome,
  type StreamHandlers,
} from '../../src-main/contract/index.ts';
import { createClient } from './client.ts';

type AnyHandlers = StreamHandlers<'jobs.log'>;

/** The bridge as the preload gives it, with its other end in the test's hands. */
function fakeBridge() {
  const calls: { name: string; args: unknown; id: string; answer: (outcome: Outcome<unknown>) => void }[] = [];
  const cancelled: string[] = [];
  const streams: { handlers: AnyHandlers; sent: unknown[]; closed: boolean }[] = [];
  const listeners = new Set<(payload: never) => void>();
  const bridge = {
    call: (name: string, args: unknown, id: string) =>
      new Promise<Outcome<unknown>>((answer) => {
        calls.push({ name, args, id, answer });
      }),
    cancel: (id: string) => cancelled.push(id),
    on: (_name: string, listener: (payload: never) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: (_name: string, _args: unknown, handlers: AnyHandlers) => {
      const stream = { handlers, sent: [] as unknown[], closed: false };
      streams.push(stream);
      return {
        send: (input: unknown) => stream.sent.push(input),
        close: () => {
          stream.closed = true;
        },
      };
    },
    pathForFile: (file: File) => (file.name === 'from-a-page.png' ? '' : `/home/me/${file.name}`),
  };
  return { client: createClient(() => bridge as unknown as Bridge), calls, cancelled, streams, listeners };
}

const line = { at: 1, stage: 'build', stream: 'stdout' as const, text: 'hello' };

describe('call', () => {
  it('gives the value', async () => {
    const { client, calls } = fakeBridge();
    const asked = client.call('jobs.get', { job: 'j1' });
    expect(calls[0]).toMatchObject({ name: 'jobs.get', args: { job: 'j1' } });
    calls[0]?.answer({ ok: true, value: { id: 'j1' } });
    await expect(asked).resolves.toEqual({ id: 'j1' });
  });

  it('throws expected errors with all that they say', async () => {
    const { client, calls } = fakeBridge();
    const asked = client.call('servers.list', {});
    calls[0]?.answer({ ok: false, error: { code: 'name-taken', message: 'Taken', next: 'Choose another', detail: 'raw' } });
    await expect(asked).rejects.toBeInstanceOf(ExpectedError);
    await expect(asked).rejects.toMatchObject({ code: 'name-taken', message: 'Taken', next: 'Choose another', detail: 'raw' });
  });

  it('tells a cancellation and a bug apart from an expected error', async () => {
    const { client, calls } = fakeBridge();
    const first = client.call('servers.list', {});
    calls[0]?.answer({ ok: false, error: { code: 'cancelled', message: 'Cancelled' } });
    await expect(first).rejects.toBeInstanceOf(CancelledError);
    const second = client.call('servers.list', {});
    calls[1]?.answer({ ok: false, error: { code: 'bug', message: 'oops' } });
    await expect(second).rejects.not.toBeInstanceOf(ExpectedError);
    await expect(second).rejects.toThrow('oops');
  });

  it('cancels in main what is aborted here, by its own id', async () => {
    const { client, calls, cancelled } = fakeBridge();
    const abort = new AbortController();
    const asked = client.call('servers.list', {}, { signal: abort.signal });
    client.call('jobs.list', {}).catch(() => undefined);
    abort.abort();
    expect(cancelled).toEqual([calls[0]?.id]);
    calls[0]?.answer({ ok: false, error: { code: 'cancelled', message: 'Cancelled' } });
    await expect(asked).rejects.toBeInstanceOf(CancelledError);
  });

  it('asks nothing of main when it is aborted already', async () => {
    const { client, calls } = fakeBridge();
    await expect(client.call('servers.list', {}, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError);
    expect(calls).toHaveLength(0);
  });

  it('cancels nothing after the answer', async () => {
    const { client, calls, cancelled } = fakeBridge();
    const abort = new AbortController();
    const asked = client.call('servers.list', {}, { signal: abort.signal });
    calls[0]?.answer({ ok: true, value: [] });
    await asked;
    abort.abort();
    expect(cancelled).toEqual([]);
  });
});

describe('openStream', () => {
  it('acknowledges at once where nothing is awaited', () => {
    const { client, streams } = fakeBridge();
    const seen: string[] = [];
    client.openStream('jobs.log', { job: 'j1' }, { onChunk: (lines) => void seen.push(...lines.map(({ text }) => text)) });
    const acknowledge = vi.fn();
    streams[0]?.handlers.onChunk([line], acknowledge);
    expect(seen).toEqual(['hello']);
    expect(acknowledge).toHaveBeenCalledOnce();
  });

  it('acknowledges a promise only when it resolves', async () => {
    const { client, streams } = fakeBridge();
    let shown: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => {
      shown = resolve;
    });
    client.openStream('jobs.log', { job: 'j1' }, { onChunk: () => taken });
    const acknowledge = vi.fn();
    streams[0]?.handlers.onChunk([line], acknowledge);
    await Promise.resolve();
    expect(acknowledge).not.toHaveBeenCalled();
    shown();
    await taken;
    await Promise.resolve();
    expect(acknowledge).toHaveBeenCalledOnce();
  });

  it.each([
    ['throws', () => Promise.reject(new Error('broken view'))],
    [
      'fails',
      () => {
        throw new Error('broken view');
      },
    ],
  ])('closes the flow and says so when its consumer %s', async (_how, onChunk) => {
    const { client, streams } = fakeBridge();
    const ended: (ErrorShape | null)[] = [];
    client.openStream('jobs.log', { job: 'j1' }, { onChunk, onEnd: (error) => ended.push(error) });
    const acknowledge = vi.fn();
    streams[0]?.handlers.onChunk([line], acknowledge);
    await vi.waitFor(() => expect(ended).toHaveLength(1));
    expect(ended[0]).toMatchObject({ code: 'bug', message: 'broken view' });
    expect(streams[0]?.closed).toBe(true);
    expect(acknowledge).not.toHaveBeenCalled();
    streams[0]?.handlers.onEnd(null);
    expect(ended).toHaveLength(1);
  });

  it('says nothing more once it was closed here', () => {
    const { client, streams } = fakeBridge();
    const onChunk = vi.fn();
    const onEnd = vi.fn();
    const handle = client.openStream('jobs.log', { job: 'j1' }, { onChunk, onEnd });
    handle.close();
    streams[0]?.handlers.onChunk([line], vi.fn());
    streams[0]?.handlers.onEnd(null);
    expect(streams[0]?.closed).toBe(true);
    expect(onChunk).not.toHaveBeenCalled();
    expect(onEnd).not.toHaveBeenCalled();
  });
});

describe('the rest', () => {
  it('ends a subscription', () => {
    const { client, listeners } = fakeBridge();
    const stop = client.subscribe('jobs.changed', () => undefined);
    expect(listeners.size).toBe(1);
    stop();
    expect(listeners.size).toBe(0);
  });

  it('gives the paths of what has one, in order', () => {
    const { client } = fakeBridge();
    const files = [{ name: 'blog' }, { name: 'from-a-page.png' }, { name: 'shop' }] as unknown as FileList;
    expect(client.pathsOfDrop({ files })).toEqual(['/home/me/blog', '/home/me/shop']);
  });
});
