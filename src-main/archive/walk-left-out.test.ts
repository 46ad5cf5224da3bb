import { expect, test } from 'vitest';
import { LeftOut, type LeftOutEntry } from './walk-left-out.ts';

function entry(path: string, reason: LeftOutEntry['reason']): LeftOutEntry {
  return { path, kind: 'file', reason, rule: null, bytes: null };
}

test('ignored files make room for what the user has to know, the last of them first; the order stays', () => {
  const leftOut = new LeftOut();
  leftOut.add(entry('first secret', 'secret'));
  for (let file = 0; file < 20_000; file++) leftOut.add(entry(`ignored ${file}`, 'ignored'));
  leftOut.add(entry('second secret', 'secret'));
  leftOut.add(entry('socket', 'special'));
  leftOut.add(entry('late', 'ignored'));
  expect(leftOut.count).toBe(20_004);
  const paths = leftOut.listed.map(({ path }) => path);
  expect(paths).toHaveLength(20_000);
  expect([...paths.slice(0, 2), ...paths.slice(-3)]).toEqual(['first secret', 'ignored 0', 'ignored 19996', 'second secret', 'socket']);
});

test('a million secrets more than are listed are counted without looking through the list for each', () => {
  const leftOut = new LeftOut();
  const secret = entry('secret', 'secret');
  for (let file = 0; file < 1_020_000; file++) leftOut.add(secret);
  expect([leftOut.count, leftOut.listed.length]).toEqual([1_020_000, 20_000]);
});
