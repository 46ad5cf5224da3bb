import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../../contract/index.ts';
import type { Container } from '../../docker/types.ts';
import { checkVersion, parseDockerState } from './docker-step.ts';
import { LineSplitter } from './line-splitter.ts';
import { aptFailed, isLocked } from './packages.ts';
import { checkPorts, parseListeners } from './ports.ts';
import { checkResources, parseResources } from './resources.ts';
import { ownAddress } from './swarm-step.ts';
import { checkSystem, parseSystem } from './system.ts';

const codeOf = (act: () => unknown): string | null => {
  try {
    act();
    return null;
  } catch (error) {
    return error instanceof ExpectedError ? error.code : 'not expected';
  }
};

describe('the operating system', () => {
  const system = (lines: string, machine = 'x86_64', init = 'systemd') => parseSystem(`${machine}\n${init}\n${lines}\n`);
  const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian';

  it('is read from os-release', () => {
    expect(system(debian)).toMatchObject({ prettyName: 'Debian GNU/Linux 12 (bookworm)', id: 'debian', version: '12', systemd: true });
    expect(system("PRETTY_NAME='It\\'s'\nID_LIKE=\"ubuntu debian\"").idLike).toEqual(['ubuntu', 'debian']);
  });

  it.each([
    ['Debian 12', debian, 'x86_64', 'systemd', null],
    ['Debian 13 on ARM', 'VERSION_ID="13"\nID=debian', 'aarch64', 'systemd', null],
    ['Ubuntu 24.04', 'VERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian', 'x86_64', 'systemd', null],
    ['a relative of Debian', 'VERSION_ID="22"\nID=linuxmint\nID_LIKE="ubuntu debian"', 'x86_64', 'systemd', null],
    ['Debian 10', 'VERSION_ID="10"\nID=debian', 'x86_64', 'systemd', 'unsupported-system'],
    ['Ubuntu 18.04', 'VERSION_ID="18.04"\nID=ubuntu', 'x86_64', 'systemd', 'unsupported-system'],
    ['Alpine', 'VERSION_ID=3.20\nID=alpine', 'x86_64', 'other', 'unsupported-system'],
    ['Fedora', 'VERSION_ID=40\nID=fedora', 'x86_64', 'systemd', 'unsupported-system'],
    ['a container without systemd', debian, 'x86_64', 'other', 'unsupported-system'],
    ['a processor without images', debian, 'riscv64', 'systemd', 'unsupported-system'],
    ['nothing readable', '', 'x86_64', 'systemd', 'unsupported-system'],
  ])('%s', (_, lines, machine, init, code) => {
    expect(codeOf(() => checkSystem(system(lines, machine, init), false))).toBe(code);
  });

  it('may be any where Docker is there already', () => {
    expect(codeOf(() => checkSystem(system('ID=fedora'), true))).toBeNull();
  });
});

describe('disk and memory', () => {
  it('are read, and judged', () => {
    const read = parseResources('2\n6.1.0\n2097152\n8000000 7000000\n');
    expect(read).toEqual({
      cpus: 2,
      kernel: '6.1.0',
      memoryBytes: 2 ** 31,
      diskTotalBytes: 8_192_000_000,
      diskFreeBytes: 7_168_000_000,
    });
    if (!read) throw new Error('not read');
    expect(checkResources(read, 'web1')).toBe('7.2 GB of disk free, 2.1 GB of memory');
    expect(codeOf(() => checkResources({ ...read, diskFreeBytes: 1e9 }, 'web1'))).toBe('disk-full');
    expect(codeOf(() => checkResources({ ...read, memoryBytes: 2e8 }, 'web1'))).toBe('unsupported-system');
    expect(() => checkResources({ ...read, diskFreeBytes: 1e9 }, 'web1')).toThrow(
      'Only 1 GB of disk are free on web1; Docker and a first app need 2 GB.',
    );
    expect(parseResources('df: no such folder\n')).toBeNull();
  });
});

describe('ports', () => {
  const ss = `LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=9,fd=6),("nginx",pid=8,fd=6))
LISTEN 0 511 [::]:80 [::]:* users:(("nginx",pid=9,fd=7))
LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))
LISTEN 0 128 *:8080 *:*`;
  const container = (name: string, ports: readonly number[]): Container => ({
    id: name,
    name,
    image: 'img',
    labels: {},
    state: 'running',
    status: 'Up',
    createdAt: 0,
    publishedPorts: ports,
  });

  it('are read with their programs', () => {
    expect(parseListeners(ss)).toEqual([
      { port: 80, programs: ['nginx'] },
      { port: 80, programs: ['nginx'] },
      { port: 22, programs: ['sshd'] },
      { port: 8080, programs: [] },
    ]);
  });

  it('that somebody holds are named with their holder', () => {
    expect(() => checkPorts(parseListeners(ss), [], () => false, 'web1')).toThrow('Port 80 of web1 is used by nginx');
    const proxy = parseListeners('LISTEN 0 1 0.0.0.0:443 0.0.0.0:* users:(("docker-proxy",pid=1,fd=4))');
    expect(() => checkPorts(proxy, [container('traefik', [443])], () => false, 'web1')).toThrow('the container traefik (img)');
    expect(() => checkPorts(proxy, [], () => false, 'web1')).toThrow('a Docker container');
    expect(() => checkPorts([{ port: 80, programs: [] }], [], () => false, 'web1')).toThrow('another program');
  });

  it('are fine when free or our own', () => {
    expect(checkPorts([{ port: 22, programs: ['sshd'] }], [container('x', [8080])], () => false, 'web1')).toBe('Free');
    expect(checkPorts(parseListeners(ss), [container('edge', [80, 443])], (each) => each.name === 'edge', 'web1')).toBe('Held by the edge');
  });
});

describe('Docker', () => {
  it('is found as it is', () => {
    expect(parseDockerState('installed\nstopped\n1000\nsam sudo docker\n')).toEqual({
      installed: true,
      running: false,
      mayUseDocker: true,
    });
    expect(parseDockerState('missing\nstopped\n0\nroot\n')).toEqual({ installed: false, running: false, mayUseDocker: true });
    expect(parseDockerState('installed\nrunning\n1000\nsam dockers\n')).toEqual({ installed: true, running: true, mayUseDocker: false });
  });

  it.each([
    ['20.10.24+dfsg1', null],
    ['29.1.0', null],
    ['19.03.15', 'unsupported-system'],
    ['20.9.0', 'unsupported-system'],
    ['', 'unsupported-system'],
  ])('%s', (version, code) => {
    expect(codeOf(() => checkVersion(version, 'web1'))).toBe(code);
  });
});

describe("apt's failures", () => {
  const failed = (output: string) => aptFailed('web1', 'docker.io', { code: 0, lastLines: '' }, { output, lastLines: output }).code;

  it.each([
    ['E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)', 'busy'],
    ["Err:1 http://deb.example.com bookworm InRelease\n  Temporary failure resolving 'deb.example.com'", 'command-failed'],
    ['dpkg: error processing archive x (--unpack): cannot copy: No space left on device', 'disk-full'],
    ["E: You don't have enough free space in /var/cache/apt/archives/.", 'disk-full'],
    ['E: Unable to locate package docker.io', 'command-failed'],
  ])('%s', (output, code) => {
    expect(failed(output)).toBe(code);
  });

  it('waits only for a lock', () => {
    expect(isLocked('E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)')).toBe(true);
    expect(isLocked('E: Unable to lock directory /var/lib/apt/lists/')).toBe(true);
    expect(isLocked('Setting up docker.io')).toBe(false);
  });
});

it("finds the server's own address", () => {
  expect(ownAddress('203.0.113.5\n203.0.113.5 172.17.0.1 \n')).toBe('203.0.113.5');
  expect(ownAddress('127.0.0.1\n192.168.1.5 172.17.0.1\n')).toBe('192.168.1.5');
  expect(ownAddress('fe80::1%eth0\n2001:db8::1\n')).toBe('2001:db8::1');
  expect(ownAddress('2001:db8::1\n203.0.113.5 172.17.0.1 2001:db8::1\n')).toBe('203.0.113.5');
  expect(ownAddress('\n\n')).toBeNull();
});

it('makes lines of whatever comes', () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  const bytes = Buffer.from('one\r\n 5%\r50%\r100%\nü\n\nlast');
  for (const byte of bytes) splitter.take(Uint8Array.of(byte));
  splitter.end();
  expect(lines).toEqual(['one', '100%', 'ü', '', 'last']);
});
