/**
 * What tartplus 1.0.2 (SwiftWave's packer in the browser) is published to do, written anew for Node: it gets the list of all files
 * from the folder picker, knows the ignore file of the root only, asks it about folders only, reads all that is left at once, and
 * copies the archive once for each file that is put behind it. Modes are 777.
 */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface FolderMatcher {
  add(rules: string): FolderMatcher;
  ignores(path: string): boolean;
}

interface Tree {
  [name: string]: Tree | string;
}

export async function packLikeTartplus(folder: string, matcher: FolderMatcher): Promise<{ bytes: number; files: number }> {
  const tree: Tree = {};
  for (const path of await pickFolder(folder, '')) {
    const steps = path.split('/');
    const name = steps.pop() ?? '';
    let at = tree;
    for (const step of steps) {
      const next = at[step] ?? {};
      if (typeof next === 'string') break;
      at[step] = next;
      at = next;
    }
    at[name] = path;
  }
  const rules = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  for (const line of rules.split('\n')) {
    const rule = line.trim().replace(/^\//, '');
    if (rule !== '' && !rule.startsWith('#')) matcher.add(rule);
  }
  delete tree['.git'];
  const kept: string[] = [];
  const visit = (at: Tree, before: string): void => {
    for (const [name, child] of Object.entries(at)) {
      if (typeof child === 'string') kept.push(child);
      else if (!matcher.ignores(`${before}${name}/`)) visit(child, `${before}${name}/`);
    }
  };
  visit(tree, '');
  const files = await Promise.all(kept.map(async (path) => ({ path, content: await readFile(join(folder, path)) })));
  let archive = new Uint8Array(0);
  for (const { path, content } of files) {
    const entry = header(path, content.length);
    const longer = new Uint8Array(archive.length + entry.length + content.length + (-content.length & 511));
    longer.set(archive);
    longer.set(entry, archive.length);
    longer.set(content, archive.length + entry.length);
    archive = longer;
  }
  return { bytes: archive.length + 1024, files: files.length };
}

/** The list that a browser makes: every file, with its size and time. */
async function pickFolder(folder: string, path: string, paths: string[] = []): Promise<string[]> {
  for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) await pickFolder(folder, inner, paths);
    else {
      await lstat(join(folder, inner));
      paths.push(inner);
    }
  }
  return paths;
}

function header(path: string, size: number): Uint8Array {
  const bytes = Buffer.alloc(512);
  bytes.write(path.slice(0, 100), 0, 'latin1');
  bytes.write('000777 \x000000 \x000000 \0', 100, 'latin1');
  bytes.write(`${size.toString(8).padStart(11, '0')} ${Math.floor(Date.now() / 1000).toString(8)} `, 124, 'latin1');
  bytes.write('        0', 148, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}
