/** Made-up projects to pack: always the same ones, in the proportions of the big Node project that was measured for the design. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Corpus {
  readonly name: string;
  readonly folder: string;
}

/** How the big Node project is made up. Of its kept files nearly each has a folder to itself, which is the hard case for a walker. */
export interface MonoShape {
  readonly kept: number;
  readonly keptBytes: number;
  readonly folders: number;
  /** Files in node_modules, and of what a build leaves behind. */
  readonly modules: number;
  readonly built: number;
}

const mono: MonoShape = { kept: 2564, keptBytes: 13_500_000, folders: 2459, modules: 130_000, built: 20_000 };

/** Less of it, to try a benchmark. */
const fewer: MonoShape = { kept: 256, keptBytes: 1_350_000, folders: 245, modules: 6_500, built: 1_000 };

export function monoShape(quick: boolean): MonoShape {
  return quick ? fewer : mono;
}

/** A Node monorepo with git's index, node_modules, build output, and nested ignore files that take back. */
export function makeMono(folder: string, shape: MonoShape): Corpus {
  const random = chance(1);
  const text = textPool(random);
  const ignoreFiles: Record<string, string> = {
    '.gitignore': 'node_modules/\ndist/\n*.log\n.env*\n!.env.example\n/coverage\n**/.cache\nbuild/\n',
    'packages/.gitignore': '*.tmp\n!keep.tmp\n',
    'packages/p1/.gitignore': '/out\n!out/keep/\n',
    'packages/p2/.gitignore': '*.gen.js\n!index.gen.js\n',
    'packages/p3/.gitignore': 'fixtures/**/tmp\n',
    'packages/p4/.gitignore': '[Tt]humbs\n',
    'packages/p5/.gitignore': '*.local\n!default.local\n',
  };
  for (const [path, content] of Object.entries(ignoreFiles)) write(folder, path, content);
  const plain = shape.kept - Object.keys(ignoreFiles).length;
  const sizes = Array.from({ length: plain }, () => Math.exp(random() * 5));
  const scale = shape.keptBytes / sizes.reduce((sum, size) => sum + size, 0);
  const folders = keptFolders(shape.folders, random);
  for (const [index, size] of sizes.entries()) {
    // Each folder has a file, the rest lies anywhere.
    const at = folders[index] ?? folders[Math.floor(random() * folders.length)] ?? 'src';
    const start = Math.floor(random() * 1_000_000);
    write(
      folder,
      `${at}/${['index', 'model', 'view', 'route'][index % 4]}-${index}.ts`,
      text.slice(start, start + Math.max(1, size * scale)),
    );
  }
  for (let made = 0; made < shape.modules; )
    made += makePackage(folder, `node_modules/module-${made}`, Math.min(190, shape.modules - made));
  for (let file = 0; file < shape.built; file++) write(folder, `packages/p${file % 40}/dist/${file % 7}/chunk-${file}.js`, 'x');
  // What only the nested files leave out, or no folder's rule: packers that know less than git send these.
  for (let file = 0; file < 150; file++) write(folder, `packages/p1/out/page-${file}.js`, 'x');
  for (let file = 0; file < 100; file++) write(folder, `packages/p2/types-${file}.gen.js`, 'x');
  for (let file = 0; file < 50; file++) write(folder, `packages/p3/fixtures/case-${file}/tmp/out`, 'x');
  write(folder, '.env', 'DATABASE_PASSWORD=secret\n');
  write(folder, 'debug.log', 'x');
  asRepository(folder);
  return { name: 'mono', folder };
}

/** So many kept files of 4 KiB, ten a folder, beside so many ignored ones. */
export function makePlain(folder: string, kept: number, ignored: number): Corpus {
  const text = textPool(chance(2));
  write(folder, '.gitignore', 'node_modules/\n');
  for (let file = 1; file < kept; file++)
    write(folder, `src/d${Math.floor(file / 10)}/f${file}.ts`, text.slice(file % 5000, (file % 5000) + 4096));
  for (let made = 0; made < ignored; ) made += makePackage(folder, `node_modules/m${made}`, Math.min(190, ignored - made));
  asRepository(folder);
  return { name: `kept ${kept}, ignored ${ignored}`, folder };
}

/** Few large files that take no room on the disk, and many small ones: so many bytes in all. */
export function makeLarge(folder: string, bytes: number, small: number): Corpus {
  for (let file = 0; file < small; file++) write(folder, `src/d${Math.floor(file / 100)}/f${file}`, `content of ${file}\n`.repeat(200));
  for (let file = 0; file < 5; file++) {
    write(folder, `data/part-${file}.bin`, '');
    truncateSync(`${folder}/data/part-${file}.bin`, Math.floor(bytes / 5));
  }
  return { name: 'large', folder };
}

function makePackage(folder: string, path: string, files: number): number {
  for (let file = 0; file < files; file++) write(folder, `${path}/lib/${file % 12}/file-${file}.js`, 'module.exports = 1;\n');
  return files;
}

/** A tree of folders about five deep, so many with those on the way to others. */
function keptFolders(count: number, random: () => number): string[] {
  const folders: string[] = [];
  for (let index = 0; index < 40; index++) folders.push(`packages/p${index}`);
  // `packages` and the root are visited, too.
  while (folders.length < count - 2) {
    const parent = folders[Math.floor(random() * folders.length)] ?? 'packages';
    if (parent.split('/').length < 7) folders.push(`${parent}/part-${folders.length}`);
  }
  return folders;
}

function asRepository(folder: string): void {
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-C', folder, ...args], { stdio: 'ignore' });
  };
  git('init');
  git('add', '--all');
  git('commit', '--message', 'all');
  appendFileSync(join(folder, '.git/info/exclude'), '*.swp\n');
}

/** Text that compresses about as source code does. */
function textPool(random: () => number): string {
  const words = Array.from({ length: 900 }, () => Math.floor(random() * 36 ** 6).toString(36));
  const lines: string[] = [];
  for (let size = 0; size < 1_200_000; ) {
    const line = `  const ${words[Math.floor(random() ** 2 * 900)]} = ${words[Math.floor(random() ** 2 * 900)]}(${Math.floor(random() * 1000)});\n`;
    lines.push(line);
    size += line.length;
  }
  return lines.join('');
}

const made = new Set<string>();

function write(folder: string, path: string, content: string): void {
  const absolute = `${folder}/${path}`;
  const parent = absolute.slice(0, absolute.lastIndexOf('/'));
  if (!made.has(parent)) {
    mkdirSync(parent, { recursive: true });
    made.add(parent);
  }
  writeFileSync(absolute, content);
}

function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
