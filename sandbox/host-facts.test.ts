/** Readers of what the kernel and this machine's files say. */
import { describe, expect, it } from 'vitest';
import { hierarchies } from './cgroups.ts';
import { missingPackages } from './prerequisites.ts';
import { isAlive, refer, startTicksOf } from './processes.ts';
import { reachable } from './resolv-conf.ts';
import { fingerprint } from './server-disk.ts';
import { mountPoints } from './store.ts';

describe('startTicksOf', () => {
  const after = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20';

  it('is not misled by a command with blanks and parentheses', () => {
    expect(startTicksOf(`42 (a) b (c) S ${after}`)).toBe('4711');
  });

  it('takes a zombie and an empty text for no process', () => {
    expect(startTicksOf(`42 (node) Z ${after}`)).toBeUndefined();
    expect(startTicksOf('')).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')(
    'tells this process from another one that had its PID (by /proc, which only Linux has)',
    async () => {
      const self = await refer(process.pid);
      expect(await isAlive(self)).toBe(true);
      expect(await isAlive({ pid: process.pid, startTicks: '1' })).toBe(false);
    },
  );
});

it('reads mount points with their escapes', () => {
  expect(mountPoints('/dev/loop0 /a\\040b ext4 rw 0 0\nproc /proc proc rw 0 0\n')).toEqual(['/a b', '/proc']);
});

it('reads the hierarchies of cgroup v1, the named and the unified one', () => {
  expect(hierarchies('9:name=systemd:/\n2:cpu,cpuacct:/x\n0::/\n')).toEqual(['systemd', 'cpu,cpuacct', 'unified']);
});

it('keeps name servers that another host can reach', () => {
  expect(reachable('# c\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nnameserver ::1\nsearch lan\nsortlist x\n')).toBe(
    'nameserver 192.0.2.1\nsearch lan\n',
  );
});

it('names each missing package once', () => {
  expect(missingPackages((program) => !program.startsWith('ssh') && program !== 'debootstrap')).toEqual(['debootstrap', 'openssh-client']);
  expect(missingPackages(() => true)).toEqual([]);
});

it('finds the fingerprint in what ssh-keygen prints', () => {
  expect(fingerprint('256 SHA256:abc/+DEF root@x (ED25519)\n')).toBe('SHA256:abc/+DEF');
});
