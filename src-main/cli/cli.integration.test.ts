/** The built `longshore` command against a practice server, as a script in CI would use it: no terminal, JSON, exit codes. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import { practiceChain } from '../certificates/practice-chain.ts';
import { lastLine, PracticeCli, type Ran, sample } from './practice-cli.ts';
import { openDoor } from './practice-door.ts';

let cli: PracticeCli;
let server: PracticeServer;

const longshore = (...args: readonly string[]): Promise<Ran> => cli.run(...args);

const addHarbor = (...flags: readonly string[]): Promise<Ran> =>
  longshore('servers', 'add', 'harbor-1', `ssh://root@${server.host}`, '--identity', server.identityFile, ...flags);

function get(host: string, path = '/'): Promise<{ status: number; body: string; location: string | undefined }> {
  return new Promise((done, fail) => {
    // A kept connection would be answered once more by a HAProxy from before a reload.
    const options = { host: server.host, port: 80, path, headers: { host }, timeout: 10_000, agent: false };
    const call = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, body, location: response.headers.location }));
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
      // Kept by all deploys below: they would wait for its end.
      '--watch',
      '0',
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
    const ran = await longshore('logs', 'hello', '--since', '1h', '--json');
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

interface Changed {
  readonly server: string;
  readonly app: string;
  readonly changed: boolean;
  readonly release?: number;
}

/** What a command that changes an app ends with. */
async function changed(...args: readonly string[]): Promise<Changed> {
  const ran = await longshore(...args, '--json');
  expect(ran.code, ran.stderr).toBe(0);
  return lastLine<Changed>(ran);
}

describe('a running app', () => {
  it('gets more replicas, and no change where it has them', async () => {
    const { release } = await summary();
    expect(await changed('scale', 'hello', '2')).toMatchObject({ server: 'harbor-1', app: 'hello', changed: true, release });
    expect((await summary()).replicas).toEqual({ healthy: 2, wanted: 2 });
    expect(await changed('scale', 'hello', '2')).toEqual({ server: 'harbor-1', app: 'hello', changed: false });
    expect(await changed('scale', 'hello', '1')).toMatchObject({ changed: true, release });
    expect((await summary()).replicas).toEqual({ healthy: 1, wanted: 1 });
  });

  it('shows its settings: of variables the names, and the values only as JSON', async () => {
    const { settings } = lastLine<{ settings: { environment: Record<string, string> } }>(await longshore('settings', 'hello', '--json'));
    expect(settings).toMatchObject({ port: 4000, replicas: 1, environment: { GREETING: 'Ahoy' }, domains: ['hello.example.com'] });
    const { stdout } = await longshore('settings', 'hello');
    expect(stdout).toMatch(/^Port +4000$/m);
    expect(stdout).toMatch(/^Environment +.*GREETING/m);
    expect(stdout).not.toContain('Ahoy');
  });

  it('takes other settings as a new release, and leaves the rest as it was', async () => {
    const { release } = await summary();
    const flags = [
      '--port',
      '4001',
      '--env',
      'GREETING=Good day',
      '--env',
      'ADDED=hunter2',
      '--domain',
      'other.example.com',
      '--health',
      'tcp',
    ];
    expect(await changed('settings', 'hello', ...flags)).toMatchObject({ app: 'hello', changed: true, release: release + 1 });
    expect((await get('other.example.com')).body).toContain('Good day');
    expect((await get('hello.example.com')).status).toBe(404);
    expect((await longshore('exec', 'hello', '--', 'printenv', 'PORT', 'ADDED')).stdout).toBe('4001\nhunter2\n');
    // What is so already makes no release.
    expect(await changed('settings', 'hello', ...flags, '--unset', 'NOT_THERE')).toEqual({
      server: 'harbor-1',
      app: 'hello',
      changed: false,
    });

    expect(await changed('settings', 'hello', '--unset', 'ADDED', '--no-domains')).toMatchObject({ changed: true, release: release + 2 });
    expect((await longshore('exec', 'hello', '--', 'printenv', 'ADDED')).code).toBe(1);
    expect((await longshore('exec', 'hello', '--', 'printenv', 'GREETING')).stdout).toBe('Good day\n');
    expect((await get('other.example.com')).status).toBe(404);
  });

  it('says what changed between its releases, and no value of a variable', async () => {
    const { release } = await summary();
    const of = (ran: Ran): { from: { number: number }; to: { number: number }; changes: { what: string; text: string }[] }[] => {
      expect(ran.code, ran.stderr).toBe(0);
      return lastLine<{ comparisons: ReturnType<typeof of> }>(ran).comparisons;
    };
    const each = await longshore('releases', 'hello', '--changes', '--json');
    const [last, before] = of(each);
    expect([last?.from.number, last?.to.number]).toEqual([release - 1, release]);
    expect(last?.changes.map(({ what, text }) => `${what}: ${text}`)).toEqual([
      'Environment: ADDED removed',
      'Domain: other.example.com removed',
    ]);
    expect(before?.changes.map(({ what, text }) => `${what}: ${text}`)).toEqual([
      'Port: 4000 → 4001',
      'Environment: ADDED added',
      'Environment: GREETING changed',
      'Domain: other.example.com added',
      'Domain: hello.example.com removed',
      'Health check: GET /healthz → port accepts connections',
    ]);
    const back = await longshore('releases', 'hello', '--changes', `r${release}..r${release - 2}`, '--json');
    const [way] = of(back);
    expect(way?.changes.map(({ what, text }) => `${what}: ${text}`)).toContain('Port: 4001 → 4000');
    const text = await longshore('releases', 'hello', '--changes');
    expect(text.stdout).toMatch(/^r1, .*, the first known release$/m);
    expect(text.stdout).toMatch(/^ {2}Port +4000 → 4001$/m);
    // Another folder was sent, without README.md and with it again.
    expect(text.stdout).toMatch(/^ {2}Source +\d+ files, .* → \d+ files, /m);
    for (const { stdout } of [each, back, text]) expect(stdout).not.toMatch(/hunter2|Good day|Ahoy/);
    const none = await longshore('releases', 'hello', '--changes', '1..99', '--json');
    expect(none.code).toBe(1);
    expect(lastLine<{ error: { code: string } }>(none).error.code).toBe('not-found');
  });

  it('is started afresh; meanwhile its lease says who has it and for what', async () => {
    const leased = async (): Promise<{ owner: string; purpose: string; since: number; beatAgeMs: number; stale: boolean } | null> =>
      lastLine<{ lease: Awaited<ReturnType<typeof leased>> }>(await longshore('lease', 'hello', '--json')).lease;
    expect(await leased()).toBeNull();
    const container = async (): Promise<string> => (await longshore('exec', 'hello', '--', 'hostname')).stdout;
    const before = await container();
    const restarting = cli.start('restart', 'hello', '--json');
    const held = await poll(async () => (await leased()) ?? undefined, { everyMs: 20, withinMs: 60_000 });
    expect(held).toMatchObject({ owner: expect.stringContaining('@'), purpose: 'restart', stale: false });
    expect(held?.beatAgeMs).toBeLessThan(90_000);
    expect(await restarting.ended(), restarting.stderr).toBe(0);
    expect(lastLine(restarting)).toMatchObject({ app: 'hello', changed: true });
    expect(await container()).not.toBe(before);
    expect(await leased()).toBeNull();
    expect((await longshore('lease', 'nothing-here')).code).toBe(1);
  });

  it('is stopped and started again, and nothing is done where it is so already', async () => {
    const { hosts } = await summary();
    const host = hosts[0] ?? '';
    const unchanged = { server: 'harbor-1', app: 'hello', changed: false };
    expect(await changed('stop', 'hello')).toEqual({ ...unchanged, changed: true });
    expect((await get(host)).status).toBe(503);
    expect(await changed('stop', 'hello')).toEqual(unchanged);
    expect(await changed('start', 'hello')).toMatchObject({ changed: true, url: `http://${host}` });
    expect((await get(host)).status).toBe(200);
    expect(await changed('start', 'hello')).toEqual(unchanged);
  });
});

describe('the edge', () => {
  it('is given routes, and told to forget them', async () => {
    const added = await longshore(
      'routes',
      'add',
      'old.test/a',
      '--to',
      'redirect:https://new.test',
      '--code',
      '301',
      '--keep-path',
      '--json',
    );
    expect(added.code, added.stderr).toBe(0);
    const [route] = lastLine<{ routes: { id: string; host: string }[] }>(added).routes;
    expect(route).toMatchObject({ host: 'old.test', path: '/a', target: { kind: 'redirect', code: 301 } });
    expect(await get('old.test', '/a/b?c=1')).toMatchObject({ status: 301, location: 'https://new.test/a/b?c=1' });
    expect((await longshore('routes', 'list')).stdout).toContain('301 to https://new.test, with its path');
    const taken = await longshore('routes', 'add', 'old.test/a', '--to', 'maintenance', '--json');
    expect([taken.code, lastLine<{ error: { code: string } }>(taken).error.code]).toEqual([1, 'name-taken']);
    expect((await longshore('routes', 'edit', route?.id ?? '', 'old.test/a', '--to', 'maintenance:Soon')).code).toBe(0);
    expect((await get('old.test', '/a')).status).toBe(503);
    expect((await longshore('routes', 'remove', route?.id ?? '')).stdout).toContain('No route on harbor-1');
    expect((await get('old.test', '/a')).status).toBe(404);
  });

  it('has ports beside it that lead to apps', async () => {
    const added = await longshore('ports', 'add', '15432', '--to', 'app:hello', '--json');
    expect(added.code, added.stderr).toBe(0);
    expect(lastLine<{ ports: unknown[] }>(added).ports).toMatchObject([{ protocol: 'tcp', port: 15_432, target: { app: 'hello' } }]);
    expect((await fetch(`http://${server.host}:15432/`)).status).toBe(200);
    const taken = await longshore('ports', 'add', '443', '--to', 'app:hello', '--json');
    expect([taken.code, lastLine<{ error: { code: string } }>(taken).error.code]).toEqual([1, 'ports-taken']);
    expect((await longshore('ports', 'edit', '15432', '--to', '192.0.2.1:5432')).code).toBe(0);
    expect((await longshore('ports', 'list')).stdout).toContain('192.0.2.1:5432');
    expect((await longshore('ports', 'remove', '15432')).stdout).toContain('No port of harbor-1');
  });

  it('is given a certificate, and sends nobody to https where there is none', async () => {
    const { leaf, intermediate, key } = await practiceChain(['cli.test']);
    const folder = await mkdtemp(join(tmpdir(), 'longshore-certificate-'));
    try {
      await writeFile(join(folder, 'chain.pem'), `${leaf}${intermediate}`);
      await writeFile(join(folder, 'key.pem'), key);
      const files = ['--cert', join(folder, 'chain.pem'), '--key', join(folder, 'key.pem')];
      const installed = await longshore('certs', 'install', ...files, '--json');
      expect(installed.code, installed.stderr).toBe(0);
      expect(lastLine(installed)).toMatchObject({ name: 'own_cli.test', warning: expect.stringContaining('Practice Root') });
      const listed = lastLine<{ certificates: { served: { same: boolean } }[] }>(await longshore('certs', 'list', '--json'));
      expect(listed.certificates.map(({ served }) => served.same)).toEqual([true]);
      const nowhere = await longshore('certs', 'https', 'nobody.test', 'redirect', '--json');
      expect([nowhere.code, lastLine<{ error: { code: string } }>(nowhere).error.code]).toEqual([1, 'not-found']);
      expect((await longshore('certs', 'remove', 'own_cli.test')).code).toBe(0);
      expect((await longshore('certs', 'list')).stdout).toContain('No certificate yet');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
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

describe('an app that is removed', () => {
  it('stays where there is nobody to ask, and where another name is typed', async () => {
    const ran = await longshore('remove', 'hello', '--json');
    expect(ran.code).toBe(2);
    expect(lastLine<{ error: { next: string } }>(ran).error.next).toContain('longshore remove hello --yes');
    const talk = cli.atTerminal('remove', 'hello');
    await talk.says('Type hello to remove it:');
    talk.type('hallo\r');
    expect(await talk.ended(), talk.stdout).toBe(2);
    expect(talk.stdout).toContain('Nothing was removed.');
    expect((await summary()).hosts).not.toEqual([]);
  });

  it('goes with all of it when its name is typed', async () => {
    const host = (await summary()).hosts[0] ?? '';
    const talk = cli.atTerminal('remove', 'hello');
    await talk.says('Type hello to remove it:');
    talk.type('hello\r');
    expect(await talk.ended(), talk.stdout).toBe(0);
    expect(lastLine(await longshore('apps', '--json'))).toEqual({ apps: [] });
    expect((await get(host)).status).toBe(404);
    const again = await longshore('remove', 'hello', '--yes', '--json');
    expect(again.code).toBe(1);
    expect(lastLine<{ error: { code: string } }>(again).error.code).toBe('not-found');
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
