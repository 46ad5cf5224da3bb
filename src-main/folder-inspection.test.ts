import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FileChoices, noChoices, splitPaths } from './contract/index.ts';
import { inspectFolder } from './folder-inspection.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-inspection-'));
  for (const name of ['a.txt', 'b.txt', 'c.txt']) writeFileSync(join(folder, name), name);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const without = (...exclude: string[]): FileChoices => ({ include: [], exclude });
const blog = { server: 'one', app: 'blog' };
const shop = { server: 'one', app: 'shop' };
const remembered = {
  of: () => without('/b.txt'),
  ofFolder: () => ({ target: blog, choices: without('/a.txt') }),
};

it.each([
  ['those given', { target: shop, choices: without('/c.txt') }, ['a.txt', 'b.txt']],
  ['none, where none are given', { target: shop, choices: noChoices }, ['a.txt', 'b.txt', 'c.txt']],
  ['those of the app it goes to', { target: shop, choices: null }, ['a.txt', 'c.txt']],
  ['those of where it last went', { target: null, choices: null }, ['b.txt', 'c.txt']],
] as const)('looks at a folder with %s', async (_which, how, sent) => {
  const { scan, choices, lastTarget } = await inspectFolder(remembered, { path: folder, ...how });
  expect([...splitPaths(scan.sent.paths)].sort()).toEqual(sent);
  expect(choices).toEqual(how.choices ?? (how.target === null ? without('/a.txt') : without('/b.txt')));
  expect(lastTarget).toEqual(blog);
});

it('shows what was left out whole by hand, so that it can be taken back', async () => {
  const { scan } = await inspectFolder(remembered, { path: folder, target: null, choices: without('*') });
  expect(scan.files).toBe(0);
  expect([...splitPaths(scan.leftOut.paths)].sort()).toEqual(['a.txt', 'b.txt', 'c.txt']);
});
