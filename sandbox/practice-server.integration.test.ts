/** The life of a practice server, against a real one. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PracticeServer } from './index.ts';
import {
  crashServer,
  cutServer,
  downServer,
  execOn,
  fillDisk,
  freezeServer,
  healServer,
  listServers,
  rebootServer,
  resetServer,
  SandboxError,
  stopServer,
  thawServer,
  unfillDisk,
  upServer,
} from './index.ts';
import { sandboxPaths } from './paths.ts';
import { pollUntil } from './poll.ts';
import { mustRun, run } from './run.ts';

const NAME = 'it-life';
const quietSsh = [
  '-F',
  'none',
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  'UserKnownHostsFile=/dev/null',
  '-o',
  'LogLevel=ERROR',
  '-o',
  'ConnectTimeout=3',
];

/** Lines that speak of practice servers, in what this machine says about itself. */
async function traces(): Promise<string[]> {
  const views = await Promise.all([
    readFile('/proc/self/mounts', 'utf8'),
    mustRun(['ip', 'netns', 'list']),
    mustRun(['ip', '-o', 'link']),
    mustRun(['iptables-save']),
    mustRun(['losetup', '--list', '--noheadings', '--output', 'BACK-FILE']),
    mustRun(['find', '/sys/fs/cgroup', '/run/systemd/nspawn', '-name', '*practice*']),
    mustRun(['ps', '-eo', 'args']),
  ]);
  return views
    .flatMap((text) => text.split('\n'))
    .filter(
      (line) => /practice-|ls-practice|ls-v\d|longshore-sandbox|docker-registry|198\.51\.100\./.test(line) && !/^\[|vitest/.test(line),
    );
}

async function value(script: string): Promise<string> {
  const result = await execOn(NAME, script);
  expect(result.stderr).toBe('');
  return result.stdout.trim();
}

/** When this boot of the server began, by the start time of its first process. */
function bootTime(): Promise<string> {
  return value('stat -c %Y.%i /proc/1; cut -d" " -f22 /proc/1/stat');
}

let server: PracticeServer;
beforeAll(async () => {
  server = await upServer(NAME, { fresh: true });
});
afterAll(() => downServer(NAME));

describe('a fresh server', () => {
  it('is a Debian run by systemd, with everything started and no Docker', async () => {
    expect(await value('cat /proc/1/comm; . /etc/os-release; echo $ID $VERSION_ID; hostname')).toBe(`systemd\ndebian 12\n${NAME}`);
    const state = await pollUntil(async () => {
      const { stdout } = await execOn(NAME, 'systemctl is-system-running');
      return stdout.trim() === 'running' ? 'running' : undefined;
    }, 20_000);
    expect(state, (await execOn(NAME, 'systemctl --failed')).stdout).toBe('running');
    expect((await execOn(NAME, 'command -v docker')).code).not.toBe(0);
  });

  it('has the host key that was promised', async () => {
    const [, , key = ''] = (await mustRun(['ssh-keyscan', '-t', 'ed25519', server.host])).trim().split(' ');
    const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
    expect(server.hostKey).toBe(`SHA256:${digest}`);
  });

  it('lets each user in by key, with the sudo that is documented', async () => {
    for (const user of server.passwordUsers) {
      const { name, password, sudo } = user;
      expect((await execOn(NAME, ['whoami'], { user: name })).stdout).toBe(`${name}\n`);
      expect((await execOn(NAME, 'sudo -n true', { user: name })).code === 0).toBe(sudo === 'free');
      const withPassword = await execOn(NAME, 'sudo -k -S -p "" id -un', { user: name, input: `${password}\n` });
      expect(withPassword.stdout).toBe(sudo === 'none' ? '' : 'root\n');
    }
  });

  it('passes arguments and input through as they are', async () => {
    expect((await execOn(NAME, ['printf', '%s|', 'a b', "it's", '$HOME', ''])).stdout).toBe("a b|it's|$HOME||");
    expect(await execOn(NAME, 'cat; exit 7', { input: 'x\ny' })).toEqual({ code: 7, stdout: 'x\ny', stderr: '' });
  });

  it('reaches the mirrors of apt', async () => {
    const update = await execOn(NAME, 'apt-get update -qq && apt-cache policy docker.io');
    expect(update.code, update.stderr).toBe(0);
    expect(update.stdout).toMatch(/Candidate: \d/);
  });

  it('is listed', async () => {
    expect(await listServers()).toContainEqual(expect.objectContaining({ name: NAME, host: server.host, state: 'running', docker: false }));
  });

  it('is left as it is by another up, and may not become one with Docker', async () => {
    const before = await bootTime();
    expect(await upServer(NAME)).toEqual(server);
    expect(await bootTime()).toBe(before);
    await expect(upServer(NAME, { docker: true })).rejects.toThrow('exists without Docker');
  });
});

describe('power', () => {
  it('keeps disk and host key over an orderly reboot, a power cut, a reboot from inside, and off and on', async () => {
    await value('echo kept > /root/file && sync');
    const boots = new Set([await bootTime()]);
    expect(await rebootServer(NAME)).toEqual(server);
    boots.add(await bootTime());
    expect(await crashServer(NAME)).toEqual(server);
    const crashed = await bootTime();
    boots.add(crashed);
    await execOn(NAME, 'systemctl reboot');
    const again = await pollUntil(async () => {
      const result = await execOn(NAME, 'stat -c %Y.%i /proc/1; cut -d" " -f22 /proc/1/stat');
      return result.code === 0 && result.stdout.trim() !== crashed ? result.stdout.trim() : undefined;
    }, 60_000);
    expect(again).toBeDefined();
    boots.add(again ?? '');
    await stopServer(NAME);
    expect((await listServers()).find(({ name }) => name === NAME)?.state).toBe('off');
    expect(await upServer(NAME)).toEqual(server);
    boots.add(await bootTime());
    expect(boots.size).toBe(5);
    expect(await value('cat /root/file')).toBe('kept');
  });

  it('tells services to stop before a reboot, and not before a power cut', async () => {
    await value(`cat > /etc/systemd/system/witness.service <<'END'
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/usr/bin/touch /root/stopped
[Install]
WantedBy=multi-user.target
END
systemctl enable --quiet --now witness.service; sync`);
    await crashServer(NAME);
    expect((await execOn(NAME, 'test -e /root/stopped')).code).toBe(1);
    await rebootServer(NAME);
    expect((await execOn(NAME, 'test -e /root/stopped')).code).toBe(0);
  });
});

describe('trouble', () => {
  it('hangs while its cable is out and is itself again when it is back', async () => {
    await cutServer(NAME);
    expect((await listServers()).find(({ name }) => name === NAME)?.state).toBe('cut');
    expect((await run(['ssh', ...quietSsh, '-o', 'BatchMode=yes', `root@${server.host}`, 'true'])).code).toBe(255);
    await healServer(NAME);
    expect(await value('echo here')).toBe('here');
  });

  it('accepts and never answers while it is frozen', async (ctx) => {
    const refused = await freezeServer(NAME).catch((error: unknown) => error);
    if (refused instanceof SandboxError && refused.message.includes('no freezer')) ctx.skip(refused.message);
    expect(refused).toBeUndefined();
    expect((await run(['ssh', ...quietSsh, '-o', 'BatchMode=yes', `root@${server.host}`, 'true'])).code).toBe(255);
    await thawServer(NAME);
    expect(await value('echo here')).toBe('here');
  });

  it('has a disk that can be filled and emptied', async () => {
    await fillDisk(NAME, 20);
    const free = Number(await value('df --output=avail -m / | tail -n 1'));
    expect(free).toBeLessThanOrEqual(20);
    expect(free).toBeGreaterThanOrEqual(15);
    expect((await execOn(NAME, 'fallocate -l 100M /root/big')).stderr).toContain('No space left');
    await unfillDisk(NAME);
    expect(Number(await value('df --output=avail -m / | tail -n 1'))).toBeGreaterThan(1000);
  });

  it('says what to do about a server that is not there', async () => {
    await expect(execOn('it-nobody', 'true')).rejects.toThrow('npm run sandbox -- up it-nobody');
    await expect(rebootServer('it-nobody')).rejects.toThrow('there is no practice server it-nobody');
    await expect(upServer('No Good')).rejects.toThrow('is no name');
  });
});

describe('the command', () => {
  const sandbox = (...words: string[]) => run(['npm', 'run', '--silent', 'sandbox', '--', ...words]);

  it('prints how to reach the server as the last line, and nothing else on stdout', async () => {
    const { code, stdout } = await sandbox('up', NAME, '--json');
    expect(code).toBe(0);
    const { name, host, port, user, identityFile, hostKey } = server;
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({ name, host, port, user, identityFile, hostKey });
  });

  it('passes on output and exit code of exec, and fails in one line', async () => {
    expect(await sandbox('exec', NAME, '--', 'sh', '-c', 'echo out; echo err >&2; exit 4')).toEqual({
      code: 4,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const failed = await sandbox('reboot', 'it-nobody');
    expect(failed.code).toBe(1);
    expect(failed.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('reset and down', () => {
  it('gives a fresh disk and a new host key at the same address', async () => {
    await value('echo old > /root/file');
    const fresh = await resetServer(NAME);
    expect(fresh).toEqual({ ...server, hostKey: fresh.hostKey });
    expect(fresh.hostKey).not.toBe(server.hostKey);
    expect(await value('ls /root')).toBe('');
  });

  it('leaves nothing behind', async () => {
    await downServer(NAME);
    const left = await traces();
    const octet = server.host.split('.').at(-1);
    expect(left.filter((line) => line.includes(NAME) || line.includes(`ls-v${octet}@`))).toEqual([]);
    // Down once more is no error, and the address is kept for the name.
    await downServer(NAME);
    expect((await upServer(NAME)).host).toBe(server.host);
    await downServer(NAME);
  });

  it('takes what servers share along with the last one', async (ctx) => {
    await upServer(NAME);
    const others = (await listServers()).filter(({ name }) => name !== NAME);
    await downServer(NAME);
    ctx.skip(others.length > 0, `in use by other practice servers: ${others.map(({ name }) => name).join(', ')}`);
    expect(await traces()).toEqual([]);
  });

  it('cleans up after an up that was killed', async () => {
    const child = run(['sh', '-c', `npx tsx sandbox/cli.ts up ${NAME} & sleep_pid=$!; wait $sleep_pid`]);
    const paths = sandboxPaths();
    await pollUntil(
      async () => ((await readFile(`${paths.servers}/${NAME}.json`, 'utf8').catch(() => '')) === '' ? undefined : true),
      30_000,
      10,
    );
    const pids = (await mustRun(['pgrep', '-f', `sandbox/cli.ts up ${NAME}$`])).trim().split('\n').map(Number);
    for (const pid of pids) {
      process.kill(pid, 'SIGKILL');
    }
    await child;
    await downServer(NAME);
    expect((await traces()).filter((line) => line.includes(NAME))).toEqual([]);
  });
});
