import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { git, makeFifo, writeTree } from '../archive/test-tree.ts';
import { runProgram } from './program.ts';

interface Ran {
  readonly code: number;
  readonly out: Buffer;
  readonly said: string;
}

let root: string;

/** The command line in this process, with what it writes caught. It opens no services. */
function archive(...args: readonly string[]): Promise<Ran> {
  return archiveOf(root, ...args);
}

async function archiveOf(folder: string, ...args: readonly string[]): Promise<Ran> {
  const out = catchWrites(process.stdout);
  const said = catchWrites(process.stderr);
  try {
    const open = (): never => {
      throw new Error('archive needs no services');
    };
    const code = await runProgram(['archive', folder, ...args], { version: '0', open });
    return { code, out: out.written(), said: said.written().toString('utf8') };
  } finally {
    out.release();
    said.release();
  }
}

function catchWrites(stream: NodeJS.WriteStream): { readonly written: () => Buffer; readonly release: () => void } {
  const chunks: Buffer[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk, encoding, done) => {
    chunks.push(Buffer.from(chunk as Buffer));
    const told = typeof encoding === 'function' ? encoding : done;
    if (told) setImmediate(told);
    return true;
  });
  return { written: () => Buffer.concat(chunks), release: () => spy.mockRestore() };
}

beforeAll(() => {
  for (const name of ['GIT_CONFIG_SYSTEM', 'GIT_CONFIG_GLOBAL', 'XDG_CONFIG_HOME']) vi.stubEnv(name, '/dev/null');
  root = mkdtempSync(join(tmpdir(), 'longshore-archive-'));
  writeTree(root, {
    '.gitignore': '*.log\n!keep.log\n/dist\nvendor/\n',
    '.longshoreignore': '*.psd\n',
    '.env': 'A=1',
    'a.log': 'x',
    'b.log': 'x',
    'dist/app.js': 'x',
    'keep.log': 'x',
    'logo.psd': 'x',
    'src/index.js': 'x',
    'vendor/kept': 'x',
    'vendor/other': 'x',
    'x\ny': 'x',
  });
  git(root, 'init', '--quiet');
  git(root, 'add', '--force', 'a.log', 'vendor/kept');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const kept = ['.gitignore', '.longshoreignore', 'a.log', 'keep.log', 'src/index.js', 'vendor/kept', 'x\ny'];

describe('longshore archive', () => {
  test('--list -z prints exactly the paths, and nothing else', async () => {
    const { code, out, said } = await archive('--list', '-z');
    expect([code, said]).toEqual([0, '']);
    expect(out.toString('latin1')).toBe(kept.map((path) => `${path}\0`).join(''));
  });

  test('--json says what a program wants to know, and people read what is held back', async () => {
    const { code, out, said } = await archive('--list', '--json', '--include', 'dist', '--exclude', 'src');
    const result = JSON.parse(out.toString('utf8')) as Record<string, unknown>;
    expect(code).toBe(0);
    expect(result).toMatchObject({
      root,
      files: 7,
      trackedIgnored: ['a.log', 'vendor/kept'],
      paths: [...kept.filter((path) => path !== 'src/index.js'), 'dist/app.js'].sort(),
    });
    expect(result['leftOut']).toContainEqual({
      path: 'src',
      kind: 'directory',
      reason: 'ignored',
      rule: { file: 'choice', line: 1, pattern: 'src' },
      bytes: null,
    });
    expect(said).toContain('Held back: .env (environment file).');
    expect(said).toContain('Sent although a rule ignores them, since git tracks them: a.log, vendor/kept.');
  });

  test('--allow-secrets holds nothing back', async () => {
    const { out } = await archive('--list', '--allow-secrets');
    expect(out.toString('utf8').split('\n')).toContain('.env');
  });

  test.each([
    ['src/index.js', 0, 'src/index.js is sent: no rule leaves it out.'],
    ['src', 0, 'src is sent: no rule leaves it out. Of what is in it, 1 file goes along, 1 B.'],
    ['b.log', 3, 'b.log is left out: line 1 of .gitignore (*.log) ignores it.'],
    ['keep.log', 0, 'keep.log is sent: line 2 of .gitignore (!keep.log) brings it back.'],
    ['a.log', 0, 'a.log is sent: git tracks it, although line 1 of .gitignore (*.log) ignores it.'],
    ['dist/app.js', 3, 'dist/app.js is left out: line 3 of .gitignore (/dist) ignores dist and with it all that is in it.'],
    ['logo.psd', 3, 'logo.psd is left out: line 1 of .longshoreignore (*.psd) ignores it.'],
    [
      'vendor',
      0,
      'vendor is left out: line 4 of .gitignore (vendor/) ignores it and all that is in it. What git tracks or was named in it goes along all the same: 1 file, 1 B.',
    ],
    ['vendor/other', 3, 'vendor/other is left out: line 4 of .gitignore (vendor/) ignores it.'],
    ['.env', 3, '.env is held back: it looks like a secret (environment file). Send it with --include, if it has to go along.'],
    ['.git/HEAD', 3, ".git/HEAD is left out: a repository's own data never goes along."],
    ['nothing', 1, ''],
    ['dist/nothing', 1, ''],
    ['../elsewhere', 2, ''],
  ])(
    '--explain %s',
    async (path, code, sentence) => {
      const ran = await archive('--explain', path);
      expect([ran.code, ran.out.toString('utf8').trimEnd()]).toEqual([code, sentence]);
      if (sentence === '') expect(ran.said).toContain(path);
    },
    60_000,
  );

  describe('a submodule that is not checked out', () => {
    const lib = (): string => join(root, 'lib');
    beforeEach(() => {
      mkdirSync(lib());
      git(lib(), 'init', '--quiet');
      git(lib(), 'commit', '--quiet', '--allow-empty', '--message', 'first');
      git(root, 'add', 'lib');
      rmSync(join(lib(), '.git'), { recursive: true });
    });
    afterEach(() => {
      git(root, 'rm', '--quiet', '--cached', '--force', 'lib');
      rmSync(lib(), { recursive: true });
    });

    test('is named as what it is, not as data of git', async () => {
      writeFileSync(join(lib(), 'x.c'), 'x');
      const why = 'is the place of a submodule that is not checked out. git submodule update --init checks it out, if it has to go along.';
      const [place, inside] = [await archive('--explain', 'lib'), await archive('--explain', 'lib/x.c')];
      expect([place.code, place.out.toString('utf8')]).toEqual([3, `lib is left out: it ${why}\n`]);
      expect([inside.code, inside.out.toString('utf8')]).toEqual([3, `lib/x.c is left out: lib ${why}\n`]);
    });

    test('is told of beside the figures', async () => {
      const { out, said } = await archive('--json');
      expect((JSON.parse(out.toString('utf8')) as Record<string, unknown>)['leftOut']).toContainEqual({
        path: 'lib',
        kind: 'directory',
        reason: 'submodule',
        rule: null,
        bytes: null,
      });
      expect(said).toContain('Submodules that are not checked out, so that nothing of them is sent: lib. git submodule update --init');
    });
  });

  test('--explain takes an absolute path, and names what forces it in', async () => {
    const ran = await archive('--explain', join(root, 'dist/app.js'), '--include', 'dist', '--json');
    expect(JSON.parse(ran.out.toString('utf8'))).toMatchObject({ path: 'dist/app.js', outcome: 'sent', forced: true, files: 1 });
  });

  test('-o and --gzip write the same tar, in a file or to standard output', async () => {
    const target = mkdtempSync(join(tmpdir(), 'longshore-archive-'));
    try {
      const file = join(target, 'x.tar');
      expect((await archive('-o', file, '--gzip', '1')).code).toBe(0);
      const plain = await archive('-o', '-');
      expect(plain.code).toBe(0);
      expect(gunzipSync(readFileSync(file)).equals(plain.out)).toBe(true);
      expect(plain.out.includes('src/index.js')).toBe(true);
      expect(existsSync(`${file}.part`)).toBe(false);
    } finally {
      rmSync(target, { recursive: true });
    }
  });

  describe('-o', () => {
    let target: string;
    beforeEach(() => {
      target = mkdtempSync(join(tmpdir(), 'longshore-archive-'));
    });
    const started: ChildProcess[] = [];
    afterEach(() => {
      for (const process of started.splice(0)) process.kill();
      rmSync(target, { recursive: true });
    });

    test('writes into a pipe, a device or what a link leads to, and leaves them what they are', async () => {
      const [pipe, nothing, link, file] = ['pipe', 'null', 'link', 'file'].map((name) => join(target, name)) as [
        string,
        string,
        string,
        string,
      ];
      makeFifo(pipe);
      symlinkSync('/dev/null', nothing);
      writeFileSync(file, 'old');
      symlinkSync('file', link);
      const reads = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
      started.push(reads);
      const read = buffer(reads.stdout);
      expect((await archive('-o', pipe)).code).toBe(0);
      const plain = await archive('-o', '-');
      expect(lstatSync(pipe).isFIFO()).toBe(true);
      expect((await read).equals(plain.out)).toBe(true);
      expect((await archive('-o', nothing)).code).toBe(0);
      expect(lstatSync(nothing).isSymbolicLink()).toBe(true);
      expect((await archive('-o', link)).code).toBe(0);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(readFileSync(file).equals(plain.out)).toBe(true);
      expect(readdirSync(target).sort()).toEqual(['file', 'link', 'null', 'pipe']);
    }, 60_000);

    test.runIf(process.getuid?.() === 0)('leaves a device a device (only root can make one)', async () => {
      const device = join(target, 'null');
      execFileSync('mknod', [device, 'c', '1', '3']);
      expect((await archive('-o', device)).code).toBe(0);
      expect(lstatSync(device).isCharacterDevice()).toBe(true);
    });

    test('gets every block as it was packed, also where it is read more slowly than it is packed: blocks are used again', async () => {
      const many = join(target, 'many');
      mkdirSync(many);
      for (let file = 0; file < 12; file++) writeFileSync(join(many, `f${file}`), randomBytes(1_500_000 + file));
      const [pipe, file] = [join(target, 'pipe'), join(target, 'x.tar')];
      makeFifo(pipe);
      const reads = spawn('dd', [`if=${pipe}`, 'bs=4096'], { stdio: ['ignore', 'pipe', 'ignore'] });
      started.push(reads);
      const read = buffer(reads.stdout);
      const hashOf = async (output: string): Promise<unknown> => {
        const { out } = await archiveOf(many, '-o', output, '--json');
        return (JSON.parse(out.toString('utf8')) as Record<string, unknown>)['hash'];
      };
      const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
      const hash = await hashOf(pipe);
      expect(sha256(await read)).toBe(hash);
      expect(await hashOf(file)).toBe(hash);
      expect(sha256(readFileSync(file))).toBe(hash);
      expect(sha256((await archiveOf(many, '-o', '-')).out)).toBe(hash);
    }, 60_000);

    test('is written beside a list', async () => {
      const { code, out } = await archive('--list', '-z', '-o', join(target, 'x.tar'));
      expect([code, out.toString('latin1')]).toEqual([0, kept.map((path) => `${path}\0`).join('')]);
      expect(readFileSync(join(target, 'x.tar')).equals((await archive('-o', '-')).out)).toBe(true);
    });

    test('refuses a folder and a folder that is not there', async () => {
      const folder = await archive('-o', target);
      expect([folder.code, folder.said]).toEqual([2, expect.stringContaining(`${target} is a folder`)]);
      const nowhere = await archive('-o', join(target, 'no/x.tar'));
      expect([nowhere.code, nowhere.said]).toEqual([1, expect.stringContaining('could not be written')]);
    });

    test('does not put the last archive, or what a broken one left, into the next', async () => {
      const first = await archive('-o', '-');
      const inside = join(root, 'out [1].tar');
      try {
        expect((await archive('-o', inside)).code).toBe(0);
        writeFileSync(`${inside}.part`, 'half of it');
        const again = await archive('-o', inside, '--json');
        expect(JSON.parse(again.out.toString('utf8'))).toMatchObject({ files: 7, hash: expect.any(String) });
        expect(readFileSync(inside).equals(first.out)).toBe(true);
      } finally {
        rmSync(inside, { force: true });
        rmSync(`${inside}.part`, { force: true });
      }
    });
  });

  test('--include names the path as a shell completes it', async () => {
    const { out } = await archive('--list', '--include', join(root, '.env'), '--include', 'src/../dist/');
    expect(out.toString('utf8').split('\n')).toEqual(expect.arrayContaining(['.env', 'dist/app.js']));
  });

  test.each(['dst', '*.log', '/etc/hostname', '../x', './', ''])(
    '--include %j, which is nothing in the folder, is refused',
    async (path) => {
      const ran = await archive('--list', '--include', path);
      expect([ran.code, ran.out.toString('utf8')]).toEqual([2, '']);
      expect(ran.said).toContain('--include');
    },
  );

  test.each([
    [['--list', '-o', '-'], 'cannot both go to standard output'],
    [['--explain', 'a', '--list'], '--explain stands alone'],
    [['--gzip', '3'], 'none is written'],
    [['-z'], 'no list'],
    [['--list', '--json', '-z'], 'no list'],
    [['--gzip', '12', '-o', 'x'], 'level from 0 to 9'],
  ] as const)(
    'refuses %j',
    async (args, sentence) => {
      const ran = await archive(...args);
      expect(ran.code).toBe(2);
      expect(ran.said).toContain(sentence);
    },
    60_000,
  );
});
