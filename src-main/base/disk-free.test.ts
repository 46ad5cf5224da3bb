import { expect, it } from 'vitest';
import { parseFree, saysDiskFull } from './disk-free.ts';

it('reads the free bytes that df says, also of a file system with a long name', () => {
  const header = 'Filesystem     1024-blocks    Used Available Capacity Mounted on\n';
  expect(parseFree(`${header}/dev/vda1         8221412 1811356   5972068      24% /\n`)).toBe(5_972_068 * 1024);
  expect(parseFree(`${header}some long name 8221412 1811356 100 24% /mnt/with space\n`)).toBe(102_400);
  expect(parseFree('room /dev/vda1 8221412 1811356 100 24% /')).toBe(102_400);
  expect(parseFree('df: /var/lib/docker: Permission denied\n')).toBeNull();
});

it.each([
  ['tee: /var/lib/x: No space left on device', true],
  ['write /x: disk quota exceeded', true],
  ['tee: /dev/sda: Input/output error', false],
])('%s: %s', (words, full) => {
  expect(saysDiskFull(words)).toBe(full);
});
