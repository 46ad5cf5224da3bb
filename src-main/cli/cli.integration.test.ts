/** The built `longshore` command against a practice server, as a script in CI would use it: no terminal, JSON, exit codes. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, type PracticeServer, upServer } from '../../sandbox/index.ts';

const root = resolve(import.meta.dirname, '../..');
const built = join(root, 'out/cli/longshore.js');
const sample = join(root, 'resources/samples/hello-harbor');

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let home: string;
let server: PracticeServer;

function longshore(...args: readonly string[]): Promise<Ran> {
  return new Promise((done) => {
    // Without the agent of whoever runs the tests: which login is tried must not depend on it.
    const { SSH_AUTH_SOCK: _, ...env } = process.env;
    const child = execFile(
      process.execPath,
      [built, ...args],
      { env: { ...env, LONGSHORE_HOME: home }, timeout: 300_000 },
      (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** The last line of standard output as JSON: what scripts read. */
function lastLine<T>({ stdout }: Ran): T {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}

function get(host: string, path = '/'): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const call = request({ host: server.host, port: 80, path, headers: { host }, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, body }));
    });
    call.on('timeout', () => call.destroy(new Error('No answer within 10 s')));
    call.on('error', fail);
    call.end();
  });
}

beforeAll(async () => {
  await stat(built).catch(() => {
    throw new Error('out/cli/longshore.js is missing: run npm run build first');
  });
  home = await mkdtemp(join(tmpdir(), 'longshore-cli-'));
  server = await upServer('cli', { docker: true, fresh: true });
});

afterAll(async () => {
  await downServer('cli');
  await rm(home, { recursive: true, force: true });
});

describe('servers', () => {
  it('refuses an unknown host key when there is no terminal, and shows it', async () => {
    const ran = await longshore('servers', 'add', 'harbor-1', `ssh://root@${server.host}`, '--identity', server.identityFile);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(server.hostKey);
    expect(lastLine<{ servers: unknown[] }>(await longshore('servers', 'list', '--json')).servers).toEqual([]);
  });

  it('refuses another host key than the one given', async () => {
    const other = `SHA256:${'A'.repeat(43)}`;
    const ran = await longshore(
      'servers',
      'add',
      'harbor-1',
      `ssh://root@${server.host}`,
      '--identity',
      server.identityFile,
      '--host-key',
      other,
      '--json',
    );
    expect(ran.code).toBe(1);
    expect(lastLine<{ error: { code: string } }>(ran).error.code).toBe('host-key-changed');
  });

  it('adds one with its host key, and sets it up twice', async () => {
    const added = await longshore(
      'servers',
      'add',
      'harbor-1',
      `ssh://root@${server.host}`,
      '--identity',
      server.identityFile,
      '--host-key',
      server.hostKey,
      '--json',
    );
    expect(added.code, added.stderr).toBe(0);
    const first = await longshore('servers', 'setup', 'harbor-1', '--json');
    expect(first.code, first.stderr).toBe(0);
    const again = await longshore('servers', 'setup', 'harbor-1', '--json');
    const { steps } = lastLine<{ steps: { id: string; state: string }[] }>(again);
    const written = steps.filter(({ id }) => ['docker', 'swarm', 'network', 'edge'].includes(id));
    expect(written.map(({ state }) => state)).toEqual(['already', 'already', 'already', 'already']);
  });

  it('says which server has the name already', async () => {
    const ran = await longshore('servers', 'add', 'harbor-1', `ssh://root@${server.host}`, '--host-key', server.hostKey);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('already');
  });
});

describe('an app', () => {
  it('is deployed, answers, and is listed', async () => {
    const ran = await longshore(
      'deploy',
      sample,
      '--server',
      'harbor-1',
      '--app',
      'hello',
      '--env',
      'GREETING=Ahoy',
      '--domain',
      'hello.example.com',
      '--json',
    );
    expect(ran.code, ran.stderr).toBe(0);
    const result = lastLine<{ url: string; host: string; release: number }>(ran);
    expect(result.release).toBe(1);
    expect(result.url).toBe(`http://${result.host}`);
    for (const host of [result.host, 'hello.example.com']) {
      const answer = await get(host);
      expect(answer.status).toBe(200);
      expect(answer.body).toContain('Ahoy');
    }
    const { apps } = lastLine<{ apps: { name: string; state: string; release: number }[] }>(await longshore('apps', '--json'));
    expect(apps).toMatchObject([{ name: 'hello', state: 'live', release: 1 }]);
  });

  it('keeps its settings over the next deploy, and goes back', async () => {
    const second = await longshore('deploy', sample, '--server', 'harbor-1', '--app', 'hello', '--env', 'EXTRA=1', '--json');
    expect(second.code, second.stderr).toBe(0);
    const { host, release } = lastLine<{ host: string; release: number }>(second);
    expect(release).toBe(2);
    expect((await get(host)).body).toContain('Ahoy');
    const back = await longshore('rollback', 'hello', '--json');
    expect(lastLine<{ release: number }>(back).release).toBe(1);
    const { releases } = lastLine<{ releases: { record: { number: number }; state: string }[] }>(
      await longshore('releases', 'hello', '--json'),
    );
    expect(releases.map(({ record, state }) => [record.number, state])).toEqual([
      [2, 'kept'],
      [1, 'live'],
    ]);
  });

  it('shows what it printed', async () => {
    const ran = await longshore('logs', 'hello', '--tail', '50', '--json');
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('release 1');
  });

  it('runs a command in a replica and passes its exit code on', async () => {
    const ran = await longshore('exec', 'hello', '--', 'sh', '-c', 'echo "$LONGSHORE_APP"; echo no >&2; exit 7');
    expect(ran).toMatchObject({ code: 7, stdout: 'hello\n', stderr: 'no\n' });
  });

  it('does not take a domain from another app', async () => {
    const ran = await longshore('deploy', sample, '--server', 'harbor-1', '--app', 'other', '--domain', 'hello.example.com', '--json');
    expect(ran.code).toBe(1);
    expect(lastLine<{ error: { code: string; message: string } }>(ran).error).toMatchObject({
      code: 'domain-taken',
      message: expect.stringContaining('hello'),
    });
  });
});

describe('bad input', () => {
  it.each([
    [['deploy', '/nowhere/at/all', '--server', 'harbor-1', '--app', 'x'], 'There is no folder'],
    [['deploy', sample, '--server', 'harbor-1', '--app', 'Not-Valid'], '--app'],
    [['deploy', sample, '--server', 'harbor-1', '--app', 'x', '--port', '70000'], '--port'],
    [['deploy', sample, '--server', 'harbor-1', '--app', 'x', '--domain', 'nodots'], '--domain'],
    [['deploy', sample, '--server', 'nobody', '--app', 'x'], 'no server named'],
    [['rollback', 'nothing-here'], 'nothing-here'],
    [['frobnicate'], 'unknown command'],
  ])('%j fails with one sentence', async (args, words) => {
    const ran = await longshore(...args);
    expect(ran.code).toBeGreaterThan(0);
    expect(ran.code).toBeLessThan(70);
    expect(ran.stderr).toContain(words);
  });
});

describe('archive', () => {
  it('lists and writes what a deploy would send', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'longshore-archive-'));
    try {
      await writeFile(join(folder, '.gitignore'), '*.log\n');
      await writeFile(join(folder, 'kept.txt'), 'kept');
      await writeFile(join(folder, 'dropped.log'), 'dropped');
      await writeFile(join(folder, '.env'), 'SECRET=1');
      const listed = await longshore('archive', folder, '--list', '-z');
      expect(listed.stdout.split('\0').filter((path) => path !== '')).toEqual(['.gitignore', 'kept.txt']);
      const tar = join(folder, '..', `${Date.now()}.tar`);
      expect((await longshore('archive', folder, '-o', tar, '--include', '.env')).code).toBe(0);
      const bytes = await readFile(tar);
      await rm(tar);
      expect(bytes.includes('SECRET=1')).toBe(true);
      expect(bytes.includes('dropped.log')).toBe(false);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
