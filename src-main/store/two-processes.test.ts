import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { openConfBackend } from './conf-backend.ts';
import { openStore } from './settings-store.ts';

/** The window and the command line are two processes on one file; these are real ones. */
let folder: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-store-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function writer(prefix: string, count: number) {
  const script = fileURLToPath(new URL('./two-processes.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, prefix, String(count)], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let acknowledged = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => {
    acknowledged += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const closed = once(child, 'close');
  return {
    child,
    async ended(): Promise<{ readonly ids: string[]; readonly complaints: string }> {
      await closed;
      return { ids: acknowledged.split('\n').filter((line) => line !== ''), complaints };
    },
    /** Resolves once something was acknowledged. */
    async begun(): Promise<void> {
      while (acknowledged === '' && child.exitCode === null) await once(child.stdout, 'data');
    },
  };
}

async function kept(): Promise<string[]> {
  const store = await openStore({ folder, openBackend: openConfBackend, logger: silentLogger });
  const ids = store.servers().map(({ id }) => id);
  expect(store.recovered).toEqual([]);
  store.dispose();
  return ids;
}

it('loses nothing when several processes write at once', { timeout: 60_000 }, async () => {
  const writers = ['a', 'b', 'c'].map((prefix) => writer(prefix, 30));
  const results = await Promise.all(writers.map((each) => each.ended()));
  expect(results.map(({ complaints }) => complaints)).toEqual(['', '', '']);
  const acknowledged = results.flatMap(({ ids }) => ids);
  expect(acknowledged).toHaveLength(90);
  expect((await kept()).sort()).toEqual(acknowledged.sort());
});

it('loses no acknowledged write when writers are killed in the middle of theirs', { timeout: 120_000 }, async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round++) {
    const victim = writer(`killed${round}`, 10_000);
    const other = writer(`alive${round}`, 10);
    await victim.begun();
    // Somewhere in the middle of a write: the other's progress decides, not a clock.
    await other.begun();
    victim.child.kill('SIGKILL');
    const [dead, alive] = await Promise.all([victim.ended(), other.ended()]);
    expect(alive.complaints).toBe('');
    expect(alive.ids).toHaveLength(10);
    acknowledged.push(...dead.ids, ...alive.ids);
  }
  expect(await kept()).toEqual(expect.arrayContaining(acknowledged));
  expect(readdirSync(folder).sort()).toEqual(['settings.json', 'settings.json.bak']);
});
