import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { Recovery } from './recovery.ts';

/** A recovery on a server that is always connected, and how long it waited each time. */
function recovery(): { readonly it: Recovery; readonly waits: number[] } {
  const waits: number[] = [];
  const session = { connection: { ready: async () => undefined } } as unknown as ServerSession;
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  return { it: new Recovery(session, new AbortController().signal, wait), waits };
}

describe('a stream from Docker that broke', () => {
  const refused = new ExpectedError('docker-failed', 'it goes down');

  it('is opened again after every lost connection, however many', async () => {
    const { it, waits } = recovery();
    for (let time = 0; time < 50; time += 1) {
      await it.after(new ExpectedError('ssh-lost', 'gone'));
      await it.after(new ExpectedError('docker-unavailable', 'stopped'));
    }
    expect(waits).toHaveLength(100);
    expect(Math.max(...waits)).toBeLessThanOrEqual(500);
  });

  it('waits longer and longer for a Docker that refuses, and gives up with its words', async () => {
    const { it, waits } = recovery();
    for (let time = 0; time < 6; time += 1) await it.after(refused);
    await expect(it.after(refused)).rejects.toBe(refused);
    expect(waits[5]).toBeGreaterThan(6_000);
    expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(15_000);
  });

  it('begins to count anew once something was read', async () => {
    const { it, waits } = recovery();
    for (let time = 0; time < 20; time += 1) {
      await it.after(refused);
      it.worked();
    }
    expect(waits).toHaveLength(20);
  });

  it('does not come back from what will not pass', async () => {
    const { it } = recovery();
    for (const error of [new ExpectedError('not-found', 'gone'), new Error('a mistake')]) await expect(it.after(error)).rejects.toBe(error);
  });
});
