import { describe, expect, it } from 'vitest';
import { type ReleaseRecord, releaseComparison } from '../contract/index.ts';
import { releases } from './app-state.ts';
import { compareReleases } from './release-changes.ts';
import { entryOf, recordOf, settingsOf } from './test-data.ts';

const folder = (hash: string, files: number, bytes: number): ReleaseRecord['source'] => ({
  kind: 'folder',
  path: '/home/kim/shop',
  files,
  bytes,
  hash,
});

function texts(from: Partial<ReleaseRecord>, to: Partial<ReleaseRecord>): string[] {
  const same = { image: 'sha256:one' };
  return compareReleases(recordOf('shop', 1, { ...same, ...from }), recordOf('shop', 2, { ...same, ...to })).changes.map(
    ({ what, text }) => `${what}: ${text}`,
  );
}

describe('two releases', () => {
  it('differ in nothing where only number and time do', () => {
    expect(texts({}, { createdAt: 99 })).toEqual([]);
  });

  it('say which is which', () => {
    const { app, from, to } = compareReleases(recordOf('shop', 1), recordOf('shop', 2, { by: 'lee@lap', createdAt: 99 }));
    expect(app).toBe('shop');
    expect([from.number, from.by, from.createdAt]).toEqual([1, 'kim@desk', 1_000]);
    expect([to.number, to.by, to.createdAt]).toEqual([2, 'lee@lap', 99]);
  });

  it('differ in image, source, Dockerfile, settings and who made them, in this order', () => {
    const from = { source: folder('aa', 12, 4_000), settings: settingsOf({ port: 3000 }), build: 'node' };
    const to = {
      image: `sha256:${'ab'.repeat(32)}`,
      source: folder('bb', 1, 13_500_000),
      settings: settingsOf({ port: 4000 }),
      build: 'Dockerfile',
      by: 'lee@lap',
    };
    expect(texts({ ...from, image: `sha256:${'01'.repeat(32)}` }, to)).toEqual([
      'Image: 010101010101 → abababababab',
      'Source: 12 files, 4 kB → 1 file, 13.5 MB',
      'Dockerfile: proposed for node → the folder’s own',
      'Port: 3000 → 4000',
      'Made by: kim@desk → lee@lap',
    ]);
  });

  it('have another source by what was packed, not by where the folder lies', () => {
    const source = folder('aa', 12, 4_000);
    expect(texts({ source }, { source: source && { ...source, path: 'C:\\shop' } })).toEqual([]);
    expect(texts({ source }, { source: folder('bb', 12, 4_000) })).toEqual(['Source: other content, 12 files, 4 kB as before']);
    expect(texts({ source: null }, { source })).toEqual(['Source: no folder → 12 files, 4 kB']);
    expect(texts({ source }, { source: null })).toEqual(['Source: 12 files, 4 kB → no folder']);
  });

  it('name the Dockerfile that was edited', () => {
    expect(texts({ build: 'python' }, { build: 'edited Dockerfile' })).toEqual(['Dockerfile: proposed for python → edited']);
  });

  it('cross to another process as the contract has it, without a value of a variable', () => {
    const settings = (value: string): Partial<ReleaseRecord> => ({
      settings: settingsOf({ environment: { TOKEN: value, [value.replace('-', '_')]: value } }),
    });
    const comparison = compareReleases(recordOf('shop', 1, settings('hunter-1')), recordOf('shop', 2, settings('hunter-2')));
    expect(releaseComparison.parse(comparison)).toEqual(comparison);
    expect(comparison.changes.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['TOKEN changed', 'hunter_2 added', 'hunter_1 removed']),
    );
    expect(JSON.stringify(comparison)).not.toMatch(/hunter-/);
  });
});

it('each release of a list is compared with the one before it, the first with none', () => {
  const entries = [1, 2, 5].map((number) => entryOf(recordOf('shop', number, { settings: settingsOf({ port: 3000 + number }) }), 'served'));
  expect(releases(entries, 5, []).map(({ comparison }) => comparison && [comparison.from.number, comparison.to.number])).toEqual([
    [2, 5],
    [1, 2],
    null,
  ]);
});
