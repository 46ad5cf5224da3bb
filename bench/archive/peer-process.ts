/** The ways in which others pack a folder, each in its usual shape, in a process that stays warm between runs. */
import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { requirePeer } from './peers.ts';
import { packLikeTartplus } from './tartplus.ts';
import { answerRuns } from './warm-process.ts';

interface Matcher {
  add(rules: string): Matcher;
  ignores(path: string): boolean;
  test(path: string): { readonly ignored: boolean; readonly unignored: boolean };
}

interface TarPack extends Readable {
  entry(header: { name: string; size: number; mode: number }, content: Buffer, done: (error?: Error | null) => void): void;
  finalize(): void;
}

const [manifest = ''] = process.argv.slice(2);
const peer = requirePeer(manifest);
const ignore = peer('ignore') as () => Matcher;
const tarStream = peer('tar-stream') as { pack(): TarPack };

const ways: Readonly<Record<string, (folder: string) => Promise<{ readonly bytes: number; readonly files: number }>>> = {
  naive: async (folder) => packFiles(folder, await walkAll(folder)),
  globby: async (folder) => {
    const { globby } = (await import(pathToFileURL(peer.resolve('globby')).href)) as {
      globby(pattern: string, options: object): Promise<string[]>;
    };
    const paths = await globby('**', { cwd: folder, gitignore: true, dot: true, followSymbolicLinks: false, ignore: ['.git/**'] });
    return packFiles(folder, paths);
  },
  'tar-fs': async (folder) => {
    const { pack } = peer('tar-fs') as { pack(folder: string, options: object): Readable };
    const isIgnored = byRootRules(folder);
    let files = 0;
    const map = (header: { readonly type: string }): object => {
      if (header.type === 'file') files++;
      return header;
    };
    const bytes = await drained(pack(folder, { map, ignore: (path: string) => isIgnored(relative(folder, path)) }));
    return { bytes, files };
  },
  'node-tar': async (folder) => {
    const { c } = peer('tar') as { c(options: object, paths: readonly string[]): Readable };
    const isIgnored = byRootRules(folder);
    let files = 0;
    const filter = (path: string, stats: Stats): boolean => {
      const kept = !isIgnored(path.replace(/^\.\//, ''));
      if (kept && stats.isFile()) files++;
      return kept;
    };
    const bytes = await drained(c({ cwd: folder, portable: true, filter }, ['.']));
    return { bytes, files };
  },
  tartplus: (folder) => packLikeTartplus(folder, (peer('ignore-5') as () => Matcher)()),
};

answerRuns(async (what, folder) => {
  const way = ways[what];
  if (!way) throw new Error(`No such way: ${what}`);
  return way(folder);
});

/** Looks at each file there is, and asks afterwards which of them are ignored. */
async function walkAll(folder: string): Promise<string[]> {
  const found: { readonly path: string; readonly rules: readonly (readonly [string, Matcher])[] }[] = [];
  const visit = async (path: string, above: readonly (readonly [string, Matcher])[]): Promise<void> => {
    const names = await readdir(join(folder, path));
    const content = names.includes('.gitignore') ? await readFile(join(folder, path, '.gitignore'), 'utf8') : null;
    const rules = content === null ? above : ([[path, ignore().add(content)], ...above] as const);
    for (const name of names) {
      const inner = path === '' ? name : `${path}/${name}`;
      if (inner === '.git') continue;
      if ((await lstat(join(folder, inner))).isDirectory()) await visit(inner, rules);
      else found.push({ path: inner, rules });
    }
  };
  await visit('', []);
  const isIgnored = ({ path, rules }: (typeof found)[number]): boolean => {
    for (const [at, matcher] of rules) {
      const { ignored, unignored } = matcher.test(at === '' ? path : path.slice(at.length + 1));
      if (ignored || unignored) return ignored;
    }
    return false;
  };
  return found.filter((file) => !isIgnored(file)).map(({ path }) => path);
}

async function packFiles(folder: string, paths: readonly string[]): Promise<{ bytes: number; files: number }> {
  const pack = tarStream.pack();
  const drain = drained(pack);
  for (const name of paths) {
    const content = await readFile(join(folder, name));
    await new Promise<void>((resolve, reject) => {
      pack.entry({ name, size: content.length, mode: 0o644 }, content, (error) => (error ? reject(error) : resolve()));
    });
  }
  pack.finalize();
  return { bytes: await drain, files: paths.length };
}

function byRootRules(folder: string): (path: string) => boolean {
  const matcher = ignore()
    .add('.git/')
    .add(readFileSync(join(folder, '.gitignore'), 'utf8'));
  return (path) => {
    if (path === '' || path === '.') return false;
    return matcher.ignores(path) || (matcher.ignores(`${path}/`) && lstatSync(join(folder, path)).isDirectory());
  };
}

async function drained(stream: AsyncIterable<unknown>): Promise<number> {
  let bytes = 0;
  for await (const block of stream) bytes += (block as Buffer).length;
  return bytes;
}
