import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countTurns } from '../base/count-turns.ts';
import { Slices } from '../base/slices.ts';
import { isTrackedIgnored, kindOfCode, reasonOfCode, type ScanPreview, scanPreview, splitPaths } from '../contract/index.ts';
import { FileTable } from './file-table.ts';
import { SHOWN_ROWS, toScanPreview } from './preview.ts';
import { type Scan, scanAnyFolder } from './scan.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longshore-preview-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

async function preview(include: string[] = [], exclude: string[] = []): Promise<ScanPreview> {
  return toScanPreview(await scanAnyFolder(root, { include, exclude }), include);
}

const sent = ({ sent: { paths, codes, bytes, files } }: ScanPreview) =>
  splitPaths(paths).map((path, row) => [path, kindOfCode(codes[row] ?? 0), bytes[row], files[row]]);
const leftOut = ({ leftOut: { paths, codes, bytes, rules }, rules: all }: ScanPreview) =>
  splitPaths(paths).map((path, row) => [path, reasonOfCode(codes[row] ?? 0), bytes[row], all[rules[row] ?? -1] ?? null]);

/** A scan of made-up files, which need not lie on disk. */
function scanOf(paths: readonly string[]): Scan {
  const kept = new FileTable();
  for (const path of paths) {
    const isFolder = path.endsWith('/');
    kept.add(path.replace(/\/$/, ''), isFolder ? 'directory' : 'file', isFolder ? 0 : 1, false, path.includes('tracked'));
  }
  const files = paths.filter((path) => !path.endsWith('/')).length;
  const rest = { leftOut: [], leftOutCount: 0, unreadable: [], durationMs: 1.4 };
  return { root: '/r', realRoot: '/r', kept, files, directories: paths.length - files, bytes: files, ...rest };
}

describe('toScanPreview', () => {
  it('gives folders the sums of all below them', async () => {
    write({ 'a/b/1': 'xx', 'a/b/2': 'xxx', 'a/3': 'x', 'a.txt': 'xxxx', c: '' });
    const found = await preview();
    expect(sent(found)).toEqual([
      ['a.txt', 'file', 4, 1],
      ['a', 'directory', 6, 3],
      ['a/3', 'file', 1, 1],
      ['a/b', 'directory', 5, 2],
      ['a/b/1', 'file', 2, 1],
      ['a/b/2', 'file', 3, 1],
      ['c', 'file', 0, 1],
    ]);
    expect(found).toMatchObject({ files: 5, directories: 2, bytes: 10 });
    expect(found.biggest.map(({ path }) => path)).toEqual(['a.txt', 'a/b/2', 'a/b/1', 'a/3']);
  });

  it('names each rule once, with its file and line, and what a secret looks like', async () => {
    write({ '.gitignore': '# logs\n*.log\n', 'a.log': 'x', 'b/c.log': 'x', 'b/d': 'x', '.env': 'KEY=1\n', 'notes.md': 'x' });
    const found = await preview([], ['*.md']);
    const logs = { file: '.gitignore', line: 2, pattern: '*.log' };
    expect(leftOut(found)).toEqual([
      ['.env', 'secret', 6, { file: '', line: 0, pattern: 'environment file' }],
      ['a.log', 'ignored', Number.NaN, logs],
      ['b/c.log', 'ignored', Number.NaN, logs],
      ['notes.md', 'ignored', Number.NaN, { file: 'choice', line: 1, pattern: '*.md' }],
    ]);
    expect(found.rules).toHaveLength(3);
  });

  it('says which secrets go along because they were chosen, and not what else was', async () => {
    write({ '.gitignore': 'dist\n', '.env': 'KEY=1\n', 'dist/x.js': 'x' });
    const found = await preview(['.env', 'dist']);
    expect(found.secretsSent).toEqual([{ path: '.env', looksLike: 'environment file' }]);
    expect(splitPaths(found.sent.paths)).toContain('dist/x.js');
  });

  it('is what the contract says', async () => {
    write({ a: 'x' });
    const found = await preview();
    expect(scanPreview.parse(structuredClone(found))).toEqual(found);
    expect(sent(await toScanPreview(scanOf([]), []))).toEqual([]);
  });

  it('keeps the mark of what git tracks though a rule ignores it', async () => {
    const found = await toScanPreview(scanOf(['other', 'tracked']), []);
    expect([...found.sent.codes].map(isTrackedIgnored)).toEqual([false, true]);
  });

  it('shows the upper levels of what is too much, and counts all of it in the folders', async () => {
    const paths = ['a/'];
    for (let part = 0; part < 300; part++) {
      paths.push(`a/${part}/`);
      for (let file = 0; file < 100; file++) paths.push(`a/${part}/${file}`);
    }
    paths.push('z/', 'z/last');
    const found = await toScanPreview(scanOf(paths), []);
    const rows = sent(found);
    expect(rows).toHaveLength(SHOWN_ROWS);
    expect(rows.filter(([path]) => String(path).split('/').length < 3)).toHaveLength(303);
    expect(rows[0]).toEqual(['a', 'directory', 30_000, 30_000]);
    expect(rows.at(-1)).toEqual(['z/last', 'file', 1, 1]);
    expect(found.files).toBe(30_001);
  });

  it('shows part of a single folder that is too much', async () => {
    const paths = Array.from({ length: SHOWN_ROWS + 5 }, (_, at) => `f${at}`);
    expect(sent(await toScanPreview(scanOf([...paths, 'z/', 'z/x']), []))).toHaveLength(SHOWN_ROWS);
  });

  it('lets others have their turn on the way, however many files there are', async () => {
    const scan = scanOf(Array.from({ length: 50_000 }, (_, at) => `f${at}`));
    // All rows are gone through twice, and once the names of those that are shown; a slice is over after each few thousand.
    expect(await countTurns(() => toScanPreview(scan, [], new Slices(0)))).toBeGreaterThan((2 * 50_000 + SHOWN_ROWS) / 5_000);
  });
});
