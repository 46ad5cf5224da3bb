import { describe, expect, it } from 'vitest';
import { uploadInWords } from './send-kept.ts';

describe('an upload in words', () => {
  const file = { path: '/x', bytes: 15_500_000 };
  it.each([
    [{ changed: 1, added: 0, deleted: 0 }, '12 kB of 15.5 MB: 1 file changed, 0 deleted'],
    [{ changed: 2, added: 1_234, deleted: 7 }, '12 kB of 15.5 MB: 2 files changed, 1,234 new, 7 deleted'],
    [{ changed: 0, added: 0, deleted: 0 }, '12 kB of 15.5 MB: nothing changed'],
    [null, '12 kB of 15.5 MB: all files'],
  ])('tells what went', (difference, words) => {
    expect(uploadInWords({ sentBytes: 12_000, file, difference })).toBe(words);
  });
});
