import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packFolder, scanFolder } from '../archive/index.ts';
import { decodeManifest, encodeManifest, type Manifest, manifestBytes } from './manifest.ts';
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
function recipeOf(content: Buffer, base: Manifest | null, piece = 10_007, isManifestKept = false): Written {
  const writer = new RecipeWriter(base, isManifestKept);
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += piece)
    for (const part of writer.take(content.subarray(at, at + piece))) parts.push(part.bytes);
  for (const part of writer.finish(sha256(content))) parts.push(part.bytes);
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
    const { recipe, bytes, literalBytes, entries } = recipeOf(content, null);
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
    const { manifest } = recipeOf(content, null);
    const again = recipeOf(content, manifest, 10_007, true);
    expect(again.recipe.length).toBeLessThan(1400);
    expect(again).toMatchObject({ changed: 0, added: 0, deleted: 0 });
    expect(follow(again.recipe, content).made.equals(content)).toBe(true);
  });

  it('tells what changed, came and went, and sends no more than that', async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`src/file${index}.js`, `export const n = ${index};\n`]));
    await write({ ...files, 'big.bin': Buffer.alloc(3_000_000, 'x') });
    await symlink('one', join(folder, 'link'));
    const before = await tar();
    const { manifest } = recipeOf(before, null);
    // The same size: only the time, which is of the content, tells the two apart.
    await write({ 'src/file7.js': 'export const n = 8;\n', 'src/new.js': 'new' });
    await rm(join(folder, 'src/file9.js'));
    await rm(join(folder, 'link'));
    await symlink('two', join(folder, 'link'));
    await chmod(join(folder, 'src/file3.js'), 0o755);
    const after = await tar();
    const second = recipeOf(after, manifest, 10_007, true);
    expect(second).toMatchObject({ changed: 3, added: 1, deleted: 1 });
    expect(second.recipe.length).toBeLessThan(6_000);
    expect(follow(second.recipe, before).made.equals(after)).toBe(true);
  });

  it('is the same however the archive is cut into pieces', async () => {
    await write({ 'a.txt': 'a', [long]: 'long', 'big.bin': Buffer.alloc(1_500_000, 'y'), 'c.txt': 'c' });
    const content = await tar();
    const whole = recipeOf(content, null, content.length);
    for (const piece of [1, 511, 512, 4096]) {
      const cut = recipeOf(content, null, piece);
      expect(cut.recipe.equals(whole.recipe)).toBe(true);
      expect(cut.entries.rows().equals(whole.entries.rows())).toBe(true);
    }
  });

  it('has at most about a thousand parts, whatever changed', async () => {
    const files = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`f${String(index).padStart(4, '0')}`, `${index}`]));
    await write(files);
    const before = await tar();
    const { manifest } = recipeOf(before, null);
    await write(Object.fromEntries(Object.keys(files).flatMap((path, index) => (index % 2 ? [[path, `${index}!`]] : []))));
    const after = await tar();
    const second = recipeOf(after, manifest);
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
    expect(() => recipeOf(content.subarray(0, content.length - 1024), null)).toThrow('broke off');
  });
});

describe('a manifest', () => {
  it('is made on the server of the last one and of what is new, and is the same as here', async () => {
    const files = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`d${index % 7}/f${index}`, `${index}`]));
    await write({ ...files, [long]: 'long' });
    const before = recipeOf(await tar(), null);
    const first = follow(before.recipe, Buffer.alloc(0));
    expect(first.manifest.equals(encodeManifest(before.manifest))).toBe(true);
    await write({ 'd3/f10': 'changed', 'd0/new': 'new', 'd0/new2': 'new' });
    await rm(join(folder, 'd6/f20'));
    await rm(join(folder, 'd1/f1'));
    const content = await tar();
    const after = recipeOf(content, before.manifest, 10_007, true);
    const second = follow(after.recipe, Buffer.alloc(0), first.manifest);
    expect(second.manifest.equals(encodeManifest(after.manifest))).toBe(true);
    expect(decodeManifest(second.manifest)?.hash).toBe(sha256(content));
    const whole = recipeOf(content, before.manifest);
    expect(follow(whole.recipe, Buffer.alloc(0)).manifest.equals(second.manifest)).toBe(true);
    expect(after.recipe.length).toBeLessThan(whole.recipe.length - 350 * 27);
  });

  it('made of one that was damaged is not taken for right', async () => {
    await write(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, `${index}`])));
    const content = await tar();
    const before = recipeOf(content, null);
    const damaged = Buffer.from(encodeManifest(before.manifest));
    damaged[500] = (damaged[500] ?? 0) ^ 1;
    const again = recipeOf(content, before.manifest, 10_007, true);
    expect(decodeManifest(follow(again.recipe, content, damaged).manifest)).toBeNull();
    expect(decodeManifest(follow(again.recipe, content, Buffer.alloc(0)).manifest)).toBeNull();
    expect(decodeManifest(follow(again.recipe, content, encodeManifest(before.manifest)).manifest)?.hash).toBe(sha256(content));
  });

  it('is read back as it was written, and not at all when a byte of it differs', async () => {
    await write({ 'a.txt': 'a', 'b/c.txt': 'c' });
    await symlink('a.txt', join(folder, 'link'));
    const { manifest } = recipeOf(await tar(), null);
    const file = encodeManifest(manifest);
    expect(manifestBytes(manifest)).toBe(file.length);
    const read = decodeManifest(file);
    expect(read?.hash).toBe(manifest.hash);
    expect(read?.bytes).toBe(manifest.bytes);
    expect(read?.entries.rows().equals(manifest.entries.rows())).toBe(true);
    for (let at = 0; at < file.length; at += 7) {
      const broken = Buffer.from(file);
      broken[at] = (broken[at] ?? 0) ^ 1;
      expect(decodeManifest(broken)).toBeNull();
    }
    expect(decodeManifest(file.subarray(0, -1))).toBeNull();
    expect(decodeManifest(Buffer.alloc(0))).toBeNull();
  });
});
