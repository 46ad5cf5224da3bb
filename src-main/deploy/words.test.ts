import { expect, it } from 'vitest';
import { defaultSettings } from '../contract/index.ts';
import { parseFree } from './free-space.ts';
import { isFailedAnswer } from './probe.ts';
import { bytesInWords, counted } from './words.ts';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.00 kB'],
  [12_345_678, '12.3 MB'],
  [999_700, '1.00 MB'],
  [123_456_789_012, '123 GB'],
])('says %i as %s', (bytes, words) => expect(bytesInWords(bytes)).toBe(words));

it('counts in words', () => {
  expect(counted(1, 'file')).toBe('1 file');
  expect(counted(2_564, 'file')).toBe('2,564 files');
});

it('reads the free bytes that df says, also of a file system with a long name', () => {
  const header = 'Filesystem     1024-blocks    Used Available Capacity Mounted on\n';
  expect(parseFree(`${header}/dev/vda1         8221412 1811356   5972068      24% /\n`)).toBe(5_972_068 * 1024);
  expect(parseFree(`${header}some long name 8221412 1811356 100 24% /mnt/with space\n`)).toBe(102_400);
  expect(parseFree('df: /var/lib/docker: Permission denied\n')).toBeNull();
});

it('counts as failed what the edge could not have answered, or answered itself', () => {
  const answer = (status: number, slot: 'a' | null = 'a') => ({ status, slot, ms: 1 });
  const tcp = { ...defaultSettings, health: { kind: 'tcp' as const } };
  expect([200, 404, 500, 503].map((status) => isFailedAnswer(answer(status), defaultSettings))).toEqual([false, false, true, true]);
  expect([200, 404, 500, 503].map((status) => isFailedAnswer(answer(status), tcp))).toEqual([false, false, false, true]);
  expect(isFailedAnswer(answer(200, null), tcp)).toBe(true);
});
