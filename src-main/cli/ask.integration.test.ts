/** What the command line asks when there is somebody to ask: the built command on a pseudo-terminal, against a practice server. */
import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { lastLine, PracticeCli, type Talk } from './practice-cli.ts';

const SERVER = 'cli-ask';
let cli: PracticeCli;
let server: PracticeServer;

beforeAll(async () => {
  cli = await PracticeCli.create();
  server = await upServer(SERVER, { docker: true, fresh: true });
});

afterAll(async () => {
  await downServer(SERVER);
  await cli.end();
});

async function names(): Promise<string[]> {
  const { servers } = lastLine<{ servers: { name: string }[] }>(await cli.run('servers', 'list', '--json'));
  return servers.map(({ name }) => name);
}

function passwordOf(user: string): string {
  const found = server.passwordUsers.find(({ name }) => name === user);
  if (!found) throw new Error(`The practice server has no user ${user}`);
  return found.password;
}

async function add(name: string, user: string, ...flags: readonly string[]): Promise<void> {
  const added = await cli.run('servers', 'add', name, `ssh://${user}@${server.host}`, '--host-key', server.hostKey, ...flags);
  expect(added.code, added.stderr).toBe(0);
}

describe('the host key', () => {
  const adding = async (): Promise<Talk> => {
    const talk = cli.atTerminal('servers', 'add', 'harbor-1', `ssh://root@${server.host}`, '--identity', server.identityFile);
    await talk.says('Is it the same? [y/N]');
    expect(talk.stdout).toContain(server.hostKey);
    return talk;
  };

  it.each([
    ['no', 'n\r', 1],
    ['Return alone', '\r', 1],
    ['Ctrl-C', '\u0003', 130],
    ['Ctrl-D', '\u0004', 130],
  ])('is not accepted by %s', async (_, keys, code) => {
    const talk = await adding();
    talk.type(keys);
    expect(await talk.ended(), talk.stdout).toBe(code);
    expect(await names()).toEqual([]);
  });

  it('is accepted by yes', async () => {
    const talk = await adding();
    talk.type('y\r');
    expect(await talk.ended(), talk.stdout).toBe(0);
    expect(await names()).toEqual(['harbor-1']);
  });
});

describe('a password', () => {
  it('is not asked for in a script, which ends at once', async () => {
    await add('sams', 'sam');
    const ran = await cli.run('servers', 'setup', 'sams', '--json');
    expect(ran.code).toBe(1);
    expect(lastLine<{ error: { code: string } }>(ran).error.code).toBe('password-needed');
  });

  it('of sudo is asked for where the login needs none, and again when it was wrong', async () => {
    await add('keyed', 'sam', '--identity', server.identityFile);
    const talk = cli.atTerminal('servers', 'setup', 'keyed');
    await talk.says('sudo password of sam on keyed:');
    talk.type('not-it\r');
    await talk.says('sudo password of sam on keyed:', 2);
    talk.type(`${passwordOf('sam')}\r`);
    expect(await talk.ended(), talk.stdout).toBe(0);
    expect(talk.stdout).toContain('keyed is ready');
    expect(talk.stdout).not.toContain('not-it');
    expect(talk.stdout).not.toContain(passwordOf('sam'));
    expect((await cli.run('servers', 'remove', 'keyed')).code).toBe(0);
  });

  it('is asked for again when it was wrong, and is not shown', async () => {
    const talk = cli.atTerminal('servers', 'setup', 'sams');
    await talk.says('Password of sam on sams:');
    talk.type('not-it\r');
    await talk.says('Password of sam on sams:', 2);
    talk.type(`${passwordOf('sam')}\r`);
    expect(await talk.ended(), talk.stdout).toBe(0);
    expect(talk.stdout).toContain('sams is ready');
    expect(talk.stdout).not.toContain('not-it');
    expect(talk.stdout).not.toContain(passwordOf('sam'));
  });

  it('is asked for one server after the other, and goes to its own only', async () => {
    await add('deploys', 'deploy');
    const talk = cli.atTerminal('logs', 'shop');
    await talk.says('Password of sam on sams:');
    talk.type(`${passwordOf('sam')}\r`);
    await talk.says('Password of deploy on deploys:');
    talk.type(`${passwordOf('deploy')}\r`);
    expect(await talk.ended(), talk.stdout).toBe(1);
    // A wrong one would be asked for again.
    expect(talk.stdout.split('Password of').length - 1).toBe(2);
    expect((await cli.run('servers', 'remove', 'deploys')).code).toBe(0);
  });

  it('that is not given ends the command', async () => {
    const talk = cli.atTerminal('apps', '--server', 'sams');
    await talk.says('Password of sam on sams:');
    talk.type('\u0003');
    expect(await talk.ended(), talk.stdout).toBe(130);
  });
});

it('asks for the passphrase of a key file', async () => {
  const key = join(cli.home, 'key');
  await copyFile(server.identityFile, key);
  await promisify(execFile)('ssh-keygen', ['-q', '-p', '-N', 'over the sea', '-f', key]);
  await add('locked', 'root', '--identity', key);
  const script = await cli.run('apps', '--server', 'locked', '--json');
  expect(script.code).toBe(1);
  expect(lastLine<{ error: { code: string } }>(script).error.code).toBe('passphrase-needed');
  const talk = cli.atTerminal('apps', '--server', 'locked');
  await talk.says(`Passphrase of ${key}:`);
  talk.type('over the sea\r');
  expect(await talk.ended(), talk.stdout).toBe(0);
  expect(talk.stdout).toContain('No app yet');
  expect(talk.stdout).not.toContain('over the sea');
});
