import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packFolder, scanFolder } from '../archive/index.ts';
import { countTurns } from '../base/count-turns.ts';
import { decodeManifest, encodeManifest, type Manifest, ManifestEntries, manifestBytes } from './manifest.ts';
import { ManifestIndex } from './manifest-index.ts';
import { type RecipeResult, RecipeWriter } from './recipe.ts';
import { TarSplitter } from './tar-splitter.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-recipe-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function tar(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const { stream } = packFolder(await scanFolder(folder), { gzipLevel: null });
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface Written extends RecipeResult {
  readonly recipe: Buffer;
  readonly manifest: Manifest;
}

/** The recipe of `content`, which is handed over in pieces of `piece` bytes. */
async function recipeOf(content: Buffer, base: Manifest | null, piece = 10_007, isManifestKept = false): Promise<Written> {
  const writer = await RecipeWriter.of(base, isManifestKept);
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += piece)
    for (const part of writer.take(content.subarray(at, at + piece))) parts.push(part.bytes);
  for (const part of await writer.finish(sha256(content))) parts.push(part.bytes);
  const result = writer.result();
  return { ...result, recipe: Buffer.concat(parts), manifest: { hash: sha256(content), bytes: result.bytes, entries: result.entries } };
}

/** What the server's script does, told once more; that the script does the same is for the integration test. */
function follow(
  recipe: Buffer,
  base: Buffer,
  last: Buffer = Buffer.alloc(0),
): { readonly made: Buffer; readonly manifest: Buffer; readonly want: string; readonly parts: number } {
  const made: Buffer[] = [];
  const rows: Buffer[] = [];
  let parts = 0;
  for (let at = 0; at < recipe.length; parts += 1) {
    const end = recipe.indexOf(0x0a, at);
    const [what, one = '', other = ''] = recipe.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (what === 'e') return { made: Buffer.concat(made), manifest: Buffer.concat(rows), want: one, parts };
    if (what === 'c') made.push(base.subarray(Number(one), Number(one) + Number(other)));
    else if (what === 'C') rows.push(last.subarray(Number(one), Number(one) + Number(other)));
    else if (what === 'l' || what === 'L') {
      (what === 'l' ? made : rows).push(recipe.subarray(at, at + Number(one)));
      at += Number(one);
    } else throw new Error(`What is "${what}"?`);
  }
  throw new Error('The recipe has no end');
}

const long = `${'deep/'.repeat(40)}été.txt`;

describe('a recipe', () => {
  it('is all literal without a last context, and leads to the same bytes', async () => {
    await write({ 'a.txt': 'a', 'b/c.txt': 'c'.repeat(5000), [long]: 'long', empty: '' });
    await symlink('a.txt', join(folder, 'link'));
    const content = await tar();
    const { recipe, bytes, literalBytes, entries } = await recipeOf(content, null);
    const { made, want } = follow(recipe, Buffer.alloc(0));
    expect(made.equals(content)).toBe(true);
    expect(want).toBe(sha256(content));
    expect(bytes).toBe(content.length);
    expect(literalBytes).toBe(content.length);
    // With its folders.
    expect(entries.length).toBe(5 + 41);
  });

  it('copies everything but the end when nothing changed', async () => {
    await write({ 'a.txt': 'a', [long]: 'long' });
    const content = await tar();
    const { manifest } = await recipeOf(content, null);
    const again = await recipeOf(content, manifest, 10_007, true);
    expect(again.recipe.length).toBeLessThan(1400);
    expect(again).toMatchObject({ changed: 0, added: 0, deleted: 0 });
    expect(follow(again.recipe, content).made.equals(content)).toBe(true);
  });

  it('tells what changed, came and went, and sends no more than that', async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`src/file${index}.js`, `export const n = ${index};\n`]));
    await write({ ...files, 'big.bin': Buffer.alloc(3_000_000, 'x') });
    await symlink('one', join(folder, 'link'));
    const before = await tar();
    const { manifest } = await recipeOf(before, null);
    // The same size: only the time, which is of the content, tells the two apart.
    await write({ 'src/file7.js': 'export const n = 8;\n', 'src/new.js': 'new' });
    await rm(join(folder, 'src/file9.js'));
    await rm(join(folder, 'link'));
    await symlink('two', join(folder, 'link'));
    await chmod(join(folder, 'src/file3.js'), 0o755);
    const after = await tar();
    const second = await recipeOf(after, manifest, 10_007, true);
    expect(second).toMatchObject({ changed: 3, added: 1, deleted: 1 });
    expect(second.recipe.length).toBeLessThan(6_000);
    expect(follow(second.recipe, before).made.equals(after)).toBe(true);
  });

  it('is the same however the archive is cut into pieces', async () => {
    await write({ 'a.txt': 'a', [long]: 'long', 'big.bin': Buffer.alloc(1_500_000, 'y'), 'c.txt': 'c' });
    const content = await tar();
    const whole = await recipeOf(content, null, content.length);
    for (const piece of [1, 511, 512, 4096]) {
      const cut = await recipeOf(content, null, piece);
      expect(cut.recipe.equals(whole.recipe)).toBe(true);
      expect(cut.entries.rows().equals(whole.entries.rows())).toBe(true);
    }
  });

  it('has at most about a thousand parts, whatever changed', async () => {
    const files = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`f${String(index).padStart(4, '0')}`, `${index}`]));
    await write(files);
    const before = await tar();
    const { manifest } = await recipeOf(before, null);
    await write(Object.fromEntries(Object.keys(files).flatMap((path, index) => (index % 2 ? [[path, `${index}!`]] : []))));
    const after = await tar();
    const second = await recipeOf(after, manifest);
    const followed = follow(second.recipe, before);
    expect(followed.parts).toBeLessThan(1_010);
    expect(followed.made.equals(after)).toBe(true);
    expect(second.changed).toBe(1_500);
  });

  it('passes a file of 8 GiB and more on by its true size', () => {
    const header = Buffer.alloc(512);
    header.write('huge', 0);
    const size = 9 * 1024 ** 3 + 5;
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
    header.write('0', 156);
    const [piece] = [...new TarSplitter().take(header)];
    expect(piece).toMatchObject({ part: 'head', path: 'huge', kind: 'file', contentBytes: 9 * 1024 ** 3 + 512 });
  });

  it('is not made of an archive that broke off', async () => {
    await write({ 'a.txt': 'a' });
    const content = await tar();
    await expect(recipeOf(content.subarray(0, content.length - 1024), null)).rejects.toThrow('broke off');
  });
});

describe('a manifest', () => {
  it('is made on the server of the last one and of what is new, and is the same as here', async () => {
    const files = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`d${index % 7}/f${index}`, `${index}`]));
    await write({ ...files, [long]: 'long' });
    const before = await recipeOf(await tar(), null);
    const first = follow(before.recipe, Buffer.alloc(0));
    expect(first.manifest.equals(await encodeManifest(before.manifest))).toBe(true);
    await write({ 'd3/f10': 'changed', 'd0/new': 'new', 'd0/new2': 'new' });
    await rm(join(folder, 'd6/f20'));
    await rm(join(folder, 'd1/f1'));
    const content = await tar();
    const after = await recipeOf(content, before.manifest, 10_007, true);
    const second = follow(after.recipe, Buffer.alloc(0), first.manifest);
    expect(second.manifest.equals(await encodeManifest(after.manifest))).toBe(true);
    expect((await decodeManifest(second.manifest))?.hash).toBe(sha256(content));
    const whole = await recipeOf(content, before.manifest);
    expect(follow(whole.recipe, Buffer.alloc(0)).manifest.equals(second.manifest)).toBe(true);
    expect(after.recipe.length).toBeLessThan(whole.recipe.length - 350 * 27);
  });

  it('made of one that was damaged is not taken for right', async () => {
    await write(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, `${index}`])));
    const content = await tar();
    const before = await recipeOf(content, null);
    const damaged = await encodeManifest(before.manifest);
    damaged[500] = (damaged[500] ?? 0) ^ 1;
    const again = await recipeOf(content, before.manifest, 10_007, true);
    expect(await decodeManifest(follow(again.recipe, content, damaged).manifest)).toBeNull();
    expect(await decodeManifest(follow(again.recipe, content, Buffer.alloc(0)).manifest)).toBeNull();
    const whole = await encodeManifest(before.manifest);
    expect((await decodeManifest(follow(again.recipe, content, whole).manifest))?.hash).toBe(sha256(content));
  });

  it('is read back as it was written, and not at all when a byte of it differs', async () => {
    await write({ 'a.txt': 'a', 'b/c.txt': 'c' });
    await symlink('a.txt', join(folder, 'link'));
    const { manifest } = await recipeOf(await tar(), null);
    const file = await encodeManifest(manifest);
    expect(manifestBytes(manifest)).toBe(file.length);
    const read = await decodeManifest(file);
    expect(read?.hash).toBe(manifest.hash);
    expect(read?.bytes).toBe(manifest.bytes);
    expect(read?.entries.rows().equals(manifest.entries.rows())).toBe(true);
    for (let at = 0; at < file.length; at += 7) {
      const broken = Buffer.from(file);
      broken[at] = (broken[at] ?? 0) ^ 1;
      expect(await decodeManifest(broken)).toBeNull();
    }
    expect(await decodeManifest(file.subarray(0, -1))).toBeNull();
    expect(await decodeManifest(Buffer.alloc(0))).toBeNull();
  });
});

describe('with a context of 100,000 files', () => {
  const rows = 100_000;
  const digest = (text: string): string => createHash('sha256').update(text).digest('binary');
  const entries = new ManifestEntries();
  let offset = 0;
  for (let row = 0; row < rows; row++) {
    entries.add(
      digest(`head ${row}`).slice(0, 12),
      digest(`path ${row}`).slice(0, 8),
      512 * (row % 3),
      row % 10 === 0 ? 'directory' : 'file',
    );
    if (row < 77_777) offset += 512 * (row % 3);
  }

  it('finds each entry by its head and each file by its path, and counts those that are gone', async () => {
    const index = await ManifestIndex.of(entries);
    expect(index.offsetAt(77_777)).toBe(offset);
    expect(index.unmet).toBe(90_000);
    for (let row = 0; row < rows; row++) expect(index.withHead(entries.headAt(row))).toBe(row);
    expect([index.withHead('not there...'), index.meetPath('not ther')]).toEqual([-1, false]);
    index.meet(10);
    index.meet(11);
    index.meet(11);
    expect(index.unmet).toBe(89_999);
    for (let row = 0; row < rows; row++) expect(index.meetPath(entries.pathAt(row))).toBe(row % 10 !== 0 && row !== 11);
    expect([index.unmet, index.meetPath(entries.pathAt(1))]).toEqual([0, false]);
  });

  it('lets others have their turn while it gets ready, and while a manifest is written and read', async () => {
    const manifest = { hash: sha256(Buffer.from('x')), bytes: 5, entries };
    let file: Buffer = Buffer.alloc(0);
    let read: Manifest | null = null;
    const turns = [
      await countTurns(() => RecipeWriter.of(manifest, true)),
      await countTurns(async () => {
        file = await encodeManifest(manifest);
      }),
      await countTurns(async () => {
        read = await decodeManifest(file);
      }),
    ];
    for (const [at, least] of [6, 2, 2].entries()) expect(turns[at]).toBeGreaterThanOrEqual(least);
    expect(read).toMatchObject({ hash: manifest.hash, bytes: 5 });
  });

  it('is not held up by one that was made up to collide', async () => {
    const alike = new ManifestEntries();
    for (let row = 0; row < rows; row++)
      alike.add(`same${digest(`${row}`).slice(0, 8)}`, `same${digest(`${row}`).slice(8, 12)}`, 512, 'file');
    // With a step for each of those before, these would be five thousand million steps.
    const index = await ManifestIndex.of(alike);
    expect([index.withHead(alike.headAt(0)), index.withHead(alike.headAt(rows - 1))]).toEqual([0, -1]);
    expect(index.unmet).toBe(rows);
  });
});
