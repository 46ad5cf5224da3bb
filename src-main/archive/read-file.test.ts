import { appendFileSync, closeSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ChangedError, digestOf, openRegular, readFully, requireSame, retryChanged } from './read-file.ts';
import { temporaryFolder } from './test-tree.ts';

describe('a file that changes while it is read', () => {
  test.each([
    ['grows', (file: string) => appendFileSync(file, 'more')],
    ['shrinks', (file: string) => writeFileSync(file, 'f')],
    ['is written anew with the same size', (file: string) => writeFileSync(file, 'other')],
  ])('and %s is noticed', (_, change) => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'file'), 'first');
    const file = openRegular(root, 'file');
    onTestFinished(() => closeSync(file.handle));
    const into = Buffer.alloc(100);
    const read = readFully(file, 'file', into, 0, file.bytes);
    const digest = digestOf(into.subarray(0, read));
    expect(() => requireSame(file, read, digest)).not.toThrow();
    change(join(root, 'file'));
    expect(() => requireSame(file, read, digest)).toThrow(ChangedError);
  });

  test('within one tick of the clock, so that its time stays the same, is noticed, too', () => {
    const root = temporaryFolder();
    const path = join(root, 'file');
    // More than is read at a time.
    writeFileSync(path, Buffer.alloc(700_000, 1));
    const now = Date.now() / 1000;
    utimesSync(path, now, now);
    const file = openRegular(root, 'file');
    onTestFinished(() => closeSync(file.handle));
    const into = Buffer.alloc(file.bytes);
    const read = readFully(file, 'file', into, 0, file.bytes);
    const digest = digestOf(into);
    expect(() => requireSame(file, read, digest)).not.toThrow();
    writeFileSync(path, Buffer.alloc(700_000, 2));
    utimesSync(path, now, now);
    expect(() => requireSame(file, read, digest)).toThrow(ChangedError);
  });

  test('is read once more, and then named', () => {
    let attempts = 0;
    const until = (calm: number) => (): string => {
      attempts++;
      if (attempts < calm) throw new ChangedError('It changed');
      return 'read';
    };
    expect(retryChanged('src/file', until(2))).toBe('read');
    expect(attempts).toBe(2);
    attempts = 0;
    expect(() => retryChanged('src/file', until(3))).toThrow(
      expect.objectContaining({ code: 'file-changed', message: expect.stringContaining('src/file') as string }),
    );
    expect(attempts).toBe(2);
  });
});
