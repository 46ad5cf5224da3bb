import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJson, writeJson } from './json-file.ts';
import { withLock } from './lock.ts';
import { shellQuote } from './remote.ts';
import { mustRun, run } from './run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('run', () => {
  it('gives back output, input and exit code', async () => {
    expect(await run(['sh', '-c', 'cat; echo oops >&2; exit 3'], { input: 'in' })).toEqual({ code: 3, stdout: 'in', stderr: 'oops\n' });
  });

  it('survives a program that does not read its input', async () => {
    expect((await run(['true'], { input: 'x'.repeat(1_000_000) })).code).toBe(0);
  });

  it('says what failed and how', async () => {
    await expect(mustRun(['sh', '-c', 'echo broken; exit 9'])).rejects.toThrow(/exit code 9\nbroken/);
    await expect(run(['no-such-program-here'])).rejects.toThrow('cannot run no-such-program-here');
  });
});

describe('shellQuote', () => {
  it.each(['plain', '', "it's", 'a b', '$HOME `x` "y" \\ *', 'two\nlines', '-n', 'é'])('survives a shell: %j', async (word) => {
    expect(await mustRun(['sh', '-c', `printf %s ${shellQuote(word)}`])).toBe(word);
  });
});

describe('withLock', () => {
  it('lets one in at a time', async () => {
    const log: string[] = [];
    const enter = (name: string) =>
      withLock(folder, 'x', async () => {
        log.push(`${name} in`);
        await mustRun(['true']);
        log.push(`${name} out`);
      });
    await Promise.all([enter('a'), enter('b'), enter('c')]);
    expect(log).toHaveLength(6);
    for (let index = 0; index < 6; index += 2) {
      expect(log[index + 1]).toBe(log[index]?.replace('in', 'out'));
    }
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(folder, 'x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(folder, 'x', () => Promise.resolve(1))).toBe(1);
  });
});

describe('state files', () => {
  const file = () => join(folder, 'deep', 'a.json');

  it('come back as they were written, and nothing half-written stays beside them', async () => {
    await writeJson(file(), { n: 1 });
    expect(await readJson(file(), z.object({ n: z.number() }))).toEqual({ n: 1 });
    expect(await readFile(file(), 'utf8')).toMatch(/\n$/);
  });

  it('are undefined where there is none, and an error where they are something else', async () => {
    expect(await readJson(file(), z.object({}))).toBeUndefined();
    await writeJson(file(), { n: 'x' });
    await expect(readJson(file(), z.object({ n: z.number() }))).rejects.toThrow('down --all');
    await writeFile(file(), '{');
    await expect(readJson(file(), z.object({}))).rejects.toThrow('down --all');
  });
});
