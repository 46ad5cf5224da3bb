import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeHostKey, readHostKey } from './host-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-host-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('readHostKey', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'])('says what ssh-keygen says of an %s key', (type) => {
    const file = join(folder, type);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', file]);
    const [wireType, base64] = readFileSync(`${file}.pub`, 'utf8').split(' ');
    const [, expected] = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' }).split(' ');
    expect(readHostKey(Buffer.from(base64 ?? '', 'base64'))).toEqual({ type: wireType, fingerprint: expected });
  });

  it('does not fall over bytes that are no key', () => {
    expect(readHostKey(Buffer.from([255, 255, 255, 255])).type).toBe('unknown');
    expect(readHostKey(Buffer.alloc(0)).type).toBe('unknown');
  });
});

describe('judgeHostKey', () => {
  const pinned = { type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` };
  it('trusts only the pinned fingerprint', () => {
    expect(judgeHostKey(pinned, pinned)).toBe('trusted');
    expect(judgeHostKey(null, pinned)).toBe('unknown');
    expect(judgeHostKey(pinned, { ...pinned, fingerprint: `SHA256:${'b'.repeat(43)}` })).toBe('changed');
  });
});
