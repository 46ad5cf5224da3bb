import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, lutimesSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { fromText, toBuffer, toText } from './byte-path.ts';
import { packFolderHere } from './pack.ts';
import { fixedTime, paxRecord, writeHeader } from './tar-header.ts';
import { readTree, scanQuietly, seededRandom, temporaryFolder } from './test-tree.ts';

/**
 * Random trees, packed and read back by GNU tar and by tar-stream. LONGSHORE_FUZZ_TREES and LONGSHORE_FUZZ_SEED widen it;
 * a difference prints the seed of the tree that shows it.
 */
const trees = Number(process.env['LONGSHORE_FUZZ_TREES'] ?? 5000);
const firstSeed = Number(process.env['LONGSHORE_FUZZ_SEED'] ?? 1);
/** So many trees are unpacked by one tar process, each from an archive of its own. */
const BATCH = 250;

describe(`${trees} random trees from seed ${firstSeed}`, () => {
  test('are read back as they are by GNU tar and by tar-stream, and have the same bytes again', async () => {
    for (let first = firstSeed; first < firstSeed + trees; first += BATCH) {
      const batch = Math.min(BATCH, firstSeed + trees - first);
      const root = temporaryFolder();
      const archives: Buffer[] = [];
      const expected: Record<string, string> = {};
      for (let seed = first; seed < first + batch; seed++) {
        const tree = new RandomTree(`${root}/${seed}`, String(seed), seededRandom(seed));
        Object.assign(expected, tree.entries);
        const tar = await packed(`${root}/${seed}`);
        archives.push(tar);
        if (seed % 10 !== 0) continue;
        expect(await readByTarStream(tar), `seed ${seed}`).toEqual(asText(tree.entries));
        tree.changeTimes();
        expect((await packed(`${root}/${seed}`)).equals(tar), `seed ${seed}`).toBe(true);
      }
      const unpacked = temporaryFolder();
      await unpack(archives, unpacked);
      const found = readTree(unpacked, (content) => content.toString('latin1'));
      const wrong = [...new Set([...Object.keys(expected), ...Object.keys(found)])].find((path) => expected[path] !== found[path]);
      const seed = wrong?.slice(0, wrong.search(/[^0-9]/));
      expect(wrong === undefined ? null : { seed, path: wrong, found: found[wrong], expected: expected[wrong] }).toBeNull();
      rmSync(root, { recursive: true, force: true });
      rmSync(unpacked, { recursive: true, force: true });
    }
  }, 240_000);
});

describe('what no tree here can hold', () => {
  test('names of 300 bytes and paths of 4,096 bytes are read back', async () => {
    const root = temporaryFolder();
    const paths = [`${'n'.repeat(298)}é`, `${`${'d'.repeat(255)}/`.repeat(16).slice(0, -1)}x`, 'ä'.repeat(2048)];
    expect(paths.map((path) => Buffer.byteLength(path))).toEqual([300, 4096, 4096]);
    const { stream } = packFolderHere(await scanQuietly(root), {
      gzipLevel: null,
      extra: paths.map((path, index) => ({ path, data: `content ${index}\n` })),
    });
    const tar = await buffer(stream);
    const listed = execFileSync('tar', ['--list', '--quoting-style=literal', '--null'], { input: tar }).toString('utf8');
    expect(listed.split('\n').filter(Boolean).sort()).toEqual([...paths].sort());
    // The kernel takes no such names, so it writes out what is in them.
    const contents = execFileSync('tar', ['--extract', '--to-stdout'], { input: tar }).toString();
    const inOrder = paths.map((path, index) => ({ path, index })).sort((one, other) => (one.path < other.path ? -1 : 1));
    expect(contents).toBe(inOrder.map(({ index }) => `content ${index}\n`).join(''));
  });

  test.each([8 * 2 ** 30 - 1, 8 * 2 ** 30, 8 * 2 ** 30 + 1, 2 ** 45 + 1])('a size of %d bytes is read', (bytes) => {
    const entry = { path: 'large', kind: 'file', executable: false, bytes, target: '', time: fixedTime } as const;
    const header = Buffer.alloc(512);
    writeHeader(header, 0, entry);
    // Its content does not come, about which tar complains after it told what it knows.
    const { stdout } = spawnSync('tar', ['--list', '--verbose', '--numeric-owner'], {
      input: Buffer.concat([paxRecord(entry) ?? Buffer.alloc(0), header]),
    });
    expect(stdout.toString().split(/ +/).slice(0, 3)).toEqual(['-rw-r--r--', '0/0', String(bytes)]);
  });
});

async function packed(root: string): Promise<Buffer> {
  return buffer(packFolderHere(await scanQuietly(root), { gzipLevel: null }).stream);
}

/** One process for all, which takes the end of an archive for no end. */
function unpack(archives: readonly Buffer[], folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = ['--extract', '--ignore-zeros', '--same-permissions', '--no-same-owner', '-C', folder];
    const child = execFile('tar', args, (error) => (error ? reject(error) : resolve()));
    child.stdin?.end(Buffer.concat(archives));
  });
}

/** What a tree is to look like when it was packed: path to kind, mode and content or target. Byte strings. */
class RandomTree {
  readonly entries: Record<string, string> = {};
  readonly #root: string;
  readonly #random: () => number;

  /** Everything lies in a folder `name`, since many trees are unpacked into one place. */
  constructor(root: string, name: string, random: () => number) {
    this.#root = root;
    this.#random = random;
    const folders = [name];
    mkdirSync(`${root}/${name}`, { recursive: true });
    if (random() < 0.02) this.#deepPath(name);
    for (let count = Math.floor(random() ** 2 * 16); count >= 0; count--) {
      const parent = folders[Math.floor(random() * folders.length)] ?? name;
      const path = `${parent}/${this.#name()}`;
      // The kernel takes no longer path, wherever it begins.
      if (this.#bytes(path).length > 4090 || this.entries[path] !== undefined || folders.includes(path)) continue;
      const kind = random();
      if (kind < 0.25) {
        mkdirSync(this.#bytes(path));
        folders.push(path);
      } else if (kind < 0.4) this.#link(path, parent);
      else this.#file(path, parent);
    }
  }

  /** Before 1970, and after 2038: what is packed does not tell. */
  changeTimes(): void {
    for (const path of Object.keys(this.entries)) lutimesSync(this.#bytes(path), 1, this.#random() < 0.5 ? -86_400 : 5_000_000_000);
  }

  /** A file as far down as the kernel finds it: the longest path has 4,095 bytes. */
  #deepPath(name: string): void {
    const room = 4095 - this.#bytes('').length;
    let folder = name;
    while (folder.length + 512 < room) folder += `/${this.#name()}`;
    mkdirSync(this.#bytes(folder), { recursive: true });
    this.#file(`${folder}/${'f'.repeat(Math.min(255, room - folder.length - 1))}`, folder);
  }

  #file(path: string, parent: string): void {
    const content = Buffer.alloc(this.#size(), Math.floor(this.#random() * 256));
    // Not all the same, so that a block in a wrong place shows.
    for (let at = 0; at < content.length; at += 97) content[at] = Math.floor(this.#random() * 256);
    writeFileSync(this.#bytes(path), content);
    const mode = [0o644, 0o755, 0o600, 0o4755, 0o777, 0o2711][Math.floor(this.#random() * 6)] ?? 0o644;
    chmodSync(this.#bytes(path), mode);
    this.entries[path] = `file ${mode & 0o100 ? 755 : 644} ${content.toString('latin1')}`;
    this.#listFolders(parent);
  }

  #link(path: string, parent: string): void {
    const target = this.#random() < 0.1 ? 't'.repeat(1 + Math.floor(this.#random() * 4094)) : `../${this.#name()}`;
    symlinkSync(toBuffer(target), this.#bytes(path));
    this.entries[path] = `link ${target}`;
    this.#listFolders(parent);
  }

  /** Git keeps no empty folders. */
  #listFolders(folder: string): void {
    for (let path = folder; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) this.entries[path] = 'directory 755';
  }

  #size(): number {
    const random = this.#random();
    if (random < 0.3) return [0, 1, 511, 512, 513, 1023, 1024][Math.floor(this.#random() * 7)] ?? 0;
    // Around what fits a block of the writer's, and what is read twice.
    if (random > 0.9995) return 4 * 1024 * 1024 - 600 + Math.floor(this.#random() * 1200);
    if (random > 0.998) return 1024 * 1024 - 2048 + Math.floor(this.#random() * 4096);
    return Math.floor(this.#random() ** 4 * 20_000);
  }

  #name(): string {
    const random = this.#random();
    const length = random < 0.04 ? 255 : random < 0.1 ? 90 + Math.floor(this.#random() * 20) : 1 + Math.floor(this.#random() ** 2 * 40);
    const plain = this.#random() < 0.6;
    let name = '';
    while (name.length < length) {
      const byte = plain ? 97 + Math.floor(this.#random() * 26) : 1 + Math.floor(this.#random() * 255);
      if (byte !== 47) name += String.fromCharCode(byte);
    }
    return /^\.{1,2}$|^\.git/.test(name) ? 'dot' : name;
  }

  #bytes(path: string): Buffer {
    return toBuffer(`${fromText(this.#root)}/${path}`);
  }
}

/** What is left of names for those who take a pax record for text: bytes that are no UTF-8 are lost, so two may be alike. */
function asText(entries: Readonly<Record<string, string>>): string[] {
  return Object.entries(entries)
    .map(([path, entry]) => `${toText(path)} ${entry.startsWith('link ') ? toText(entry) : entry}`)
    .sort();
}

/** The library that other programs in Node read tars with. Paths are text. */
function readByTarStream(tar: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const found: string[] = [];
    const reader = extract();
    reader.on('entry', (header, stream, next) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk as Buffer));
      stream.once('end', () => {
        const mode = (header.mode ?? 0).toString(8);
        if (header.type === 'symlink') found.push(`${header.name} link ${header.linkname}`);
        else if (header.type === 'directory') found.push(`${header.name.replace(/\/$/, '')} directory ${mode}`);
        else found.push(`${header.name} file ${mode} ${Buffer.concat(chunks).toString('latin1')}`);
        next();
      });
    });
    reader.once('finish', () => resolve(found.sort()));
    reader.once('error', reject);
    reader.end(tar);
  });
}
