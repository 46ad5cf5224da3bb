import { describe, expect, it } from 'vitest';
import { LogBuffer } from './log-buffer.ts';
import type { LogRowInput } from './log-row.ts';
import { LogSession, type LogSourceHandlers } from './log-session.ts';

/** A source and a clock that are moved by hand. */
function bench() {
  const opened: { handlers: LogSourceHandlers; last: LogRowInput | null; closed: boolean }[] = [];
  let frame: (() => void) | null = null;
  const session = new LogSession(
    (handlers, last) => {
      const stream = { handlers, last, closed: false };
      opened.push(stream);
      return () => {
        stream.closed = true;
      };
    },
    new LogBuffer(100),
    (run) => {
      frame = run;
      return () => {
        frame = null;
      };
    },
  );
  const stream = (at: number) => {
    const found = opened[at];
    if (found === undefined) throw new Error(`stream ${at} was not opened`);
    return found;
  };
  return { session, opened, stream, nextFrame: () => frame?.(), hasFrame: () => frame !== null };
}

const row = (exact: string, text: string): LogRowInput => ({ at: 0, exact, source: 'shop.1', stream: 'stdout', text });
const texts = (session: LogSession): string[] =>
  Array.from({ length: session.buffer.count }, (_, at) => session.buffer.row(session.buffer.first + at)?.text ?? '');

describe('LogSession', () => {
  it('takes in all chunks of a frame at once and acknowledges them only then', () => {
    const { session, stream, nextFrame } = bench();
    let acknowledged = 0;
    const changes: number[] = [];
    session.store.subscribe((state) => changes.push(state.version));
    for (const text of ['a', 'b', 'c']) stream(0).handlers.onRows([row('1', text)], () => (acknowledged += 1));
    expect([acknowledged, session.buffer.count]).toEqual([0, 0]);
    nextFrame();
    expect([acknowledged, texts(session).join('')]).toEqual([3, 'abc']);
    expect(changes).toHaveLength(1);
  });

  it('shows what came last before the end', () => {
    const { session, stream, hasFrame } = bench();
    stream(0).handlers.onRows([row('1', 'last words')], () => {});
    stream(0).handlers.onEnd({ code: 'ssh-lost', message: 'The connection was lost' });
    expect(texts(session)).toEqual(['last words']);
    expect(session.store.getState()).toMatchObject({ status: 'failed', error: { code: 'ssh-lost' } });
    expect(hasFrame()).toBe(false);
  });

  it('goes on after the last line, with nothing lost or doubled', () => {
    const { session, opened, stream, nextFrame } = bench();
    stream(0).handlers.onRows([row('1', 'a'), row('2', 'b'), row('2', 'c')], () => {});
    stream(0).handlers.onEnd({ code: 'ssh-lost', message: 'lost' });
    session.resume();
    session.resume();
    expect(opened).toHaveLength(2);
    expect(stream(1).last?.exact).toBe('2');
    stream(1).handlers.onRows([row('2', 'b'), row('2', 'c')], () => {});
    stream(1).handlers.onRows([row('2', 'd'), row('3', 'c'), row('3', 'c')], () => {});
    nextFrame();
    expect(texts(session)).toEqual(['a', 'b', 'c', 'd', 'c', 'c']);
  });

  it('takes in nothing after it was disposed', () => {
    const { session, stream, nextFrame } = bench();
    stream(0).handlers.onRows([row('1', 'a')], () => {});
    session.dispose();
    nextFrame();
    stream(0).handlers.onRows([row('1', 'b')], () => {});
    expect(stream(0).closed).toBe(true);
    expect(session.buffer.count).toBe(0);
  });
});
