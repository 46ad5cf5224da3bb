/** The built `longshore` command against a practice server, as a script in CI would use it: no terminal, JSON, exit codes. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { lastLine, PracticeCli, type Ran, sample } from './practice-cli.ts';
import { openDoor } from './practice-door.ts';

let cli: PracticeCli;
let server: PracticeServer;

const longshore = (...args: readonly string[]): Promise<Ran> => cli.run(...args);

const addHarbor = (...flags: readonly string[]): Promise<Ran> =>
  longshore('servers', 'add', 'harbor-1', `ssh://root@${server.host}`, '--identity', server.identityFile, ...flags);

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
  cli = await PracticeCli.create();
  server = await upServer('cli', { docker: true, fresh: true });
});

afterAll(async () => {
  await downServer('cli');
  await cli.end();
});

describe('servers', () => {
  it('refuses an unknown host key when there is no terminal, and shows it', async () => {
    const ran = await addHarbor();
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(server.hostKey);
    expect(lastLine<{ servers: unknown[] }>(await longshore('servers', 'list', '--json')).servers).toEqual([]);
  });

  it('refuses another host key than the one given', async () => {
    const other = `SHA256:${'A'.repeat(43)}`;
    const ran = await addHarbor('--host-key', other, '--json');
    expect(ran.code).toBe(1);
    expect(lastLine<{ error: { code: string } }>(ran).error.code).toBe('host-key-changed');
  });

  it('adds one with its host key, and sets it up twice', async () => {
    const added = await addHarbor('--host-key', server.hostKey, '--json');
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

  it('changes what one is called, and nothing else of it', async () => {
    const [before] = lastLine<{ servers: Record<string, unknown>[] }>(await longshore('servers', 'list', '--json')).servers;
    const edited = await longshore('servers', 'edit', 'harbor-1', '--name', 'pier-1', '--json');
    expect(edited.code, edited.stderr).toBe(0);
    expect(lastLine<{ server: unknown }>(edited).server).toEqual({ ...before, name: 'pier-1' });
    expect((await longshore('servers', 'edit', 'harbor-1', '--name', 'x')).code).toBe(1);
    expect((await longshore('servers', 'edit', 'pier-1', '--name', 'harbor-1')).code).toBe(0);
    expect((await longshore('servers', 'edit', 'harbor-1')).code).toBe(2);
    expect((await longshore('servers', 'edit', 'harbor-1', '--name', 'no blanks')).code).toBe(2);
  });

  it('does not move one to another address without the host key there', async () => {
    const door = await openDoor(server);
    try {
      const unasked = await longshore('servers', 'edit', 'harbor-1', '--address', door.address, '--json');
      expect(unasked.code).toBe(1);
      expect(lastLine<{ error: { code: string } }>(unasked).error.code).toBe('host-key-unknown');
      const moved = await longshore('servers', 'edit', 'harbor-1', '--address', door.address, '--host-key', server.hostKey);
      expect(moved.code, moved.stderr).toBe(0);
      const through = await longshore('apps', '--json');
      expect(through.code, through.stderr).toBe(0);
      expect(door.passed()).toBeGreaterThan(0);
    } finally {
      await door.close();
    }
    const back = `ssh://root@${server.host}`;
    expect((await longshore('servers', 'edit', 'harbor-1', '--address', back, '--host-key', server.hostKey)).code).toBe(0);
  });
});

async function summary(): Promise<{ hosts: string[]; replicas: unknown; release: number }> {
  const { apps } = lastLine<{ apps: { name: string; hosts: string[]; replicas: unknown; release: number }[] }>(
    await longshore('apps', '--server', 'harbor-1', '--json'),
  );
  const found = apps.find(({ name }) => name === 'hello');
  if (!found) throw new Error('hello is not there');
  return found;
}

/** What each release of the app is, by its number. */
async function states(): Promise<Record<number, string>> {
  const { releases } = lastLine<{ releases: { record: { number: number }; state: string }[] }>(
    await longshore('releases', 'hello', '--json'),
  );
  return Object.fromEntries(releases.map(({ record, state }) => [record.number, state]));
}

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
      // No line in its log but those of requests.
      '--health',
      'tcp',
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

  it('goes back to the release that was named, and to no other', async () => {
    for (const [release, code] of [
      ['9', 1],
      ['last', 2],
      ['2', 0],
    ] as const) {
      const ran = await longshore('rollback', 'hello', release, '--json');
      expect(ran.code, ran.stderr).toBe(code);
    }
    expect(await states()).toEqual({ 2: 'live', 1: 'kept' });
    const first = await longshore('rollback', 'hello', 'r1', '--json');
    expect(lastLine<{ release: number }>(first).release).toBe(1);
    expect(await states()).toEqual({ 2: 'kept', 1: 'live' });
  });

  it('shows what it printed', async () => {
    const ran = await longshore('logs', 'hello', '--tail', '50', '--json');
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('release 1');
  });

  it('shows all since a time, and the last lines only where so many were asked for', async () => {
    const host = (await summary()).hosts[0] ?? '';
    for (let berth = 0; berth < 260; berth += 1) expect((await get(host, `/berth-${berth}`)).status).toBe(404);
    const asked = async (...flags: string[]): Promise<{ at: string; text: string }[]> => {
      const ran = await longshore('logs', 'hello', ...flags, '--json');
      expect(ran.code, ran.stderr).toBe(0);
      return ran.stdout
        .trimEnd()
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { at: string; text: string }]));
    };
    const all = (await asked('--since', '1h')).filter(({ text }) => text.includes('/berth-'));
    expect(all.map(({ text }) => /berth-\d+/.exec(text)?.[0])).toEqual(Array.from({ length: 260 }, (_, berth) => `berth-${berth}`));
    const from = all[100]?.at ?? '';
    expect((await asked('--since', from)).slice(0, 160)).toEqual(all.slice(100));
    expect(await asked('--since', from, '--tail', '20')).toEqual(all.slice(-20));
    expect(await asked()).toEqual(all.slice(-200));
    expect(await asked('--tail', '0')).toEqual([]);
    expect(await asked('--since', '2099-01-01')).toEqual([]);
  });

  it('is followed until Ctrl-C, which is no failure', async () => {
    const host = (await summary()).hosts[0] ?? '';
    const following = cli.start('logs', 'hello', '--follow', '--tail', '1', '--json');
    await following.says('/berth-259');
    await get(host, '/just-now');
    await following.says('/just-now');
    following.child.kill('SIGINT');
    expect(await following.ended(), following.stderr).toBe(0);
    expect(following.stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it('runs a command in a replica and passes its exit code on', async () => {
    const ran = await longshore('exec', 'hello', '--', 'sh', '-c', 'echo "$LONGSHORE_APP"; echo no >&2; exit 7');
    expect(ran).toMatchObject({ code: 7, stdout: 'hello\n', stderr: 'no\n' });
  });

  it('runs one and gives all it said as JSON', async () => {
    const ran = await longshore('exec', 'hello', '--json', '--', 'sh', '-c', 'echo yes; echo no >&2; exit 7');
    expect(ran.code).toBe(7);
    expect(lastLine(ran)).toEqual({ code: 7, stdout: 'yes\n', stderr: 'no\n' });
  });

  it('runs one on a terminal of its own where there is one', async () => {
    const talk = cli.atTerminal('exec', 'hello', '--', 'sh', '-c', 'test -t 0 && read word && echo "heard $word" && exit 5');
    talk.type('ahoy\r');
    await talk.says('heard ahoy');
    expect(await talk.ended()).toBe(5);
  });

  it('takes another port, number of replicas and health check, and what was chosen to be sent', async () => {
    const flags = ['--port', '4000', '--replicas', '2', '--health', '/healthz', '--exclude', 'README.md'];
    const ran = await longshore('deploy', sample, '--server', 'harbor-1', '--app', 'hello', ...flags, '--json');
    expect(ran.code, ran.stderr).toBe(0);
    const { replicas, release } = await summary();
    expect(replicas).toEqual({ healthy: 2, wanted: 2 });
    const { releases } = lastLine<{ releases: { record: { number: number; settings: unknown } }[] }>(
      await longshore('releases', 'hello', '--json'),
    );
    expect(releases.find(({ record }) => record.number === release)?.record.settings).toMatchObject({
      port: 4000,
      replicas: 2,
      health: { kind: 'http', path: '/healthz' },
    });
    expect((await longshore('exec', 'hello', '--', 'printenv', 'PORT')).stdout).toBe('4000\n');
    expect((await longshore('exec', 'hello', '--', 'ls')).stdout.split('\n')).not.toContain('README.md');
  });

  it('remembers the choice of files until it is to be forgotten', async () => {
    const deploy = ['deploy', sample, '--server', 'harbor-1', '--app', 'hello', '--replicas', '1'];
    const again = await longshore(...deploy);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toContain('left out: README.md');
    const forgetting = await longshore(...deploy, '--forget-choices');
    expect(forgetting.code, forgetting.stderr).toBe(0);
    expect(forgetting.stderr).not.toContain('left out: README.md');
    expect((await longshore('exec', 'hello', '--', 'ls')).stdout.split('\n')).toContain('README.md');
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

describe('an app whose name is not unique', () => {
  it('is taken from the server that was named, and from no other while one is not reached', async () => {
    const door = await openDoor(server);
    try {
      const added = await longshore(
        'servers',
        'add',
        'twin',
        door.address,
        '--identity',
        server.identityFile,
        '--host-key',
        server.hostKey,
      );
      expect(added.code, added.stderr).toBe(0);
      const both = await longshore('releases', 'hello');
      expect(both.code).toBe(2);
      expect(both.stderr).toContain('more than one server: harbor-1, twin');
      const one = await longshore('releases', 'hello', '--server', 'twin', '--json');
      expect(one.code, one.stderr).toBe(0);
    } finally {
      await door.close();
    }
    const before = await longshore('releases', 'hello', '--json');
    expect(before.code, before.stderr).toBe(0);
    expect(before.stderr).toContain('Not reached: twin');
    const change = await longshore('rollback', 'hello', '--json');
    expect(change.code).toBe(2);
    expect(lastLine<{ error: { message: string; next: string } }>(change).error).toMatchObject({
      message: expect.stringContaining('maybe also on twin'),
      next: expect.stringContaining('--server harbor-1'),
    });
    expect((await longshore('exec', 'hello', '--server', 'harbor-1', '--', 'true')).code).toBe(0);
    expect((await longshore('releases', 'hello', '--server', 'harbor-1', '--json')).stdout).toBe(before.stdout);
  });

  it('is the only one again when the other server is forgotten', async () => {
    const removed = await longshore('servers', 'remove', 'twin', '--json');
    expect(removed.code, removed.stderr).toBe(0);
    expect(lastLine(removed)).toEqual({ removed: 'twin' });
    const { servers } = lastLine<{ servers: { name: string }[] }>(await longshore('servers', 'list', '--json'));
    expect(servers.map(({ name }) => name)).toEqual(['harbor-1']);
    expect((await longshore('servers', 'remove', 'twin')).code).toBe(1);
    expect((await longshore('exec', 'hello', '--', 'true')).code).toBe(0);
  });
});

describe('bad input', () => {
  it.each([
    [['deploy', '/nowhere/at/all', '--server', 'harbor-1', '--app', 'x'], 1, 'There is no folder'],
    [['deploy', sample, '--server', 'harbor-1', '--app', 'Not-Valid'], 2, '--app'],
    [['deploy', sample, '--server', 'harbor-1', '--app', 'x', '--port', '70000'], 2, '--port'],
    [['deploy', sample, '--server', 'harbor-1', '--app', 'x', '--replicas', '0'], 2, '--replicas'],
    [['deploy', sample, '--server', 'harbor-1', '--app', 'x', '--health', 'healthz'], 2, '--health'],
    [['deploy', sample, '--server', 'harbor-1', '--app', 'x', '--domain', 'nodots'], 2, '--domain'],
    [['deploy', sample, '--server', 'nobody', '--app', 'x'], 1, 'no server named'],
    [['rollback', 'nothing-here'], 1, 'nothing-here'],
    [['logs', 'hello', '--since', '10'], 2, '10m, 2h or 1d'],
    [['exec', 'nothing-here', '--', 'ls'], 1, 'nothing-here'],
    [['frobnicate'], 2, 'unknown command'],
  ])('%j ends with %i and one sentence', async (args, code, words) => {
    const ran = await longshore(...args);
    expect(ran.stderr).toContain(words);
    expect(ran.code).toBe(code);
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
