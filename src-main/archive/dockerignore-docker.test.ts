import { execFile, execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fromText } from './byte-path.ts';
import { Dockerignore } from './dockerignore.ts';
import { pathsOf, scanQuietly, seededRandom, temporaryFolder, writeTree } from './test-tree.ts';

/**
 * Random `.dockerignore` files against Docker's own command line, which sends what it keeps to a daemon that only looks.
 * LONGSHORE_FUZZ_DOCKERIGNORES and LONGSHORE_FUZZ_SEED widen it; a difference prints the seed and the rules.
 */
const sets = Number(process.env['LONGSHORE_FUZZ_DOCKERIGNORES'] ?? 150);
const firstSeed = Number(process.env['LONGSHORE_FUZZ_SEED'] ?? 1);

const files = [
  'Dockerfile',
  'a',
  'b',
  'ab',
  'a.pem',
  'certs/a.pem',
  'certs/deep/b.pem',
  'settings.local.json',
  'web/settings.local.json',
  'web/a/b',
  'web/a/c.txt',
  'web/b',
  'docs/README.md',
  'docs/a/README.md',
  'README.md',
  'x y',
  '[a]',
  'a^b',
  'a\\b',
  'é/ü',
  'foo/bar/baz',
  'foo/bar2/baz',
  'foobar',
  '.git2/config',
  '.x',
];
const pieces = [
  ...['a', 'b', 'web', 'docs', 'certs', 'foo', 'bar', 'README', '.md', '.pem', '.local.json', '.txt', 'baz', 'é', ' '],
  ...['*', '*', '*', '**', '**', '**/', '/**', '/', '/', '/', '?', '?', '..', '.', '[a-c]', '[^a]', '[!a]', '[a', ']', '[]a]', '[*]'],
  ...['\\', '\\*', '\\.', '\\d', '\\[', '^', '[[:alpha:]]', '[z-a]', '[a-]', '!', '#', '(', '{', '$', '+', '|'],
];

const version = dockerVersion();
const what = version ?? 'skipped: there is no docker command of version 28 or newer on this machine, whose answers these are';

describe.runIf(version !== null)(`${sets} random sets of rules keep what Docker sends (${what})`, () => {
  test('from their first to their last', { timeout: 60_000 + sets * 2000 }, async () => {
    const root = temporaryFolder();
    writeTree(root, Object.fromEntries(files.map((path) => [fromText(path), 'x'])));
    const daemon = await Daemon.start();
    let decided = 0;
    for (let seed = firstSeed; seed < firstSeed + sets; seed++) {
      const rules = makeRules(seededRandom(seed * 7919));
      writeTree(root, { '.dockerignore': fromText(rules) });
      const sent = await daemon.sentBy(root);
      const kept = await keptHere(root, rules);
      expect({ seed, rules, kept }).toEqual({ seed, rules, kept: sent });
      if (sent !== 'refused' && sent.length < files.length) decided++;
    }
    // Rules that match nothing would prove nothing.
    expect(decided).toBeGreaterThan(sets / 15);
  });
});

async function keptHere(root: string, rules: string): Promise<readonly string[] | 'refused'> {
  try {
    const scan = await scanQuietly(root, { dockerignore: true });
    return pathsOf(scan)
      .map((path) => Buffer.from(path, 'latin1').toString())
      .filter((path) => path !== '.dockerignore' && !isPassedOver(rules, path))
      .sort();
  } catch (error) {
    if ((error as { code?: string }).code === 'invalid-input') return 'refused';
    throw error;
  }
}

/**
 * The builder without BuildKit does not look into an excluded folder for what a pattern with `*` would bring back.
 * BuildKit does, and so do we.
 */
function isPassedOver(rules: string, path: string): boolean {
  const dockerignore = new Dockerignore(Buffer.from(rules));
  const negative = rules.split('\n').filter((line) => line.trim().startsWith('!'));
  const starts = negative.map((line) => `${join('/', line.trim().slice(1).trim()).slice(1)}/`);
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const folder = path.slice(0, slash);
    if (dockerignore.decide(fromText(folder))?.ignored === true && !starts.some((start) => start.startsWith(`${folder}/`))) return true;
  }
  return false;
}

function makeRules(random: () => number): string {
  const lines: string[] = [];
  for (let line = 0; line < 1 + random() * 4; line++) {
    let pattern = random() < 0.3 ? '!' : '';
    for (let piece = 0; piece < 1 + random() * 4; piece++) pattern += pieces[Math.floor(random() * pieces.length)] ?? '';
    lines.push(pattern);
  }
  return lines.join('\n');
}

/** Takes what `docker build` sends, and looks at the names in it. */
class Daemon {
  readonly #socket: string;
  #sent: readonly string[] | null = null;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static async start(): Promise<Daemon> {
    const daemon = new Daemon(join(temporaryFolder(), 'docker.sock'));
    const server: Server = createServer(async (request, response) => {
      const body = await buffer(request);
      response.setHeader('Api-Version', '1.41');
      response.setHeader('Ostype', 'linux');
      if (request.url?.includes('/build') === true) {
        const names = execFileSync('tar', ['--list', '--quoting-style=literal'], { input: unzipped(body) }).toString();
        daemon.#sent = names.split('\n').filter((name) => name !== '' && !name.endsWith('/') && name !== '.dockerignore');
        response.end('{"stream":"done"}\n');
      } else response.end(request.url?.includes('_ping') === true ? 'OK' : '{}');
    });
    await new Promise<void>((done) => server.listen(daemon.#socket, done));
    onTestFinished(() => void server.close());
    return daemon;
  }

  async sentBy(folder: string): Promise<readonly string[] | 'refused'> {
    this.#sent = null;
    const environment = { PATH: process.env['PATH'], HOME: '/nonexistent', DOCKER_BUILDKIT: '0' };
    const error = await new Promise<string | null>((done) => {
      execFile('docker', ['-H', `unix://${this.#socket}`, 'build', '--quiet', folder], { env: environment }, (failure, _, stderr) =>
        done(failure && stderr),
      );
    });
    if (this.#sent !== null) return [...(this.#sent as readonly string[])].sort();
    if (error !== null && /syntax error in pattern|illegal exclusion pattern|error parsing regexp|invalid/.test(error)) return 'refused';
    throw new Error(`docker build sent nothing: ${error}`);
  }
}

function unzipped(body: Buffer): Buffer {
  return body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body;
}

/** Null without Docker's command line. */
/** Older ones read some patterns otherwise. */
function dockerVersion(): string | null {
  try {
    const version = execFileSync('docker', ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
    return Number(/version (\d+)\./.exec(version)?.[1]) >= 28 ? version : null;
  } catch {
    return null;
  }
}
