import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readKeyFile } from './key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-key-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
/** A key as ssh-keygen writes it. PKCS8 of ed25519 is none of its forms. */
function makeKey(type: string, form: string, passphrase: string): { readonly file: string; readonly blob: string } {
  const file = join(folder, `key-${made++}`);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-m', form, '-N', passphrase, '-C', 'a@b', '-f', file]);
  return { file, blob: readFileSync(`${file}.pub`, 'utf8').split(' ')[1] ?? '' };
}

const forms = [
  ['ed25519', 'RFC4716'],
  ['ecdsa', 'RFC4716'],
  ['rsa', 'RFC4716'],
  ['rsa', 'PEM'],
  ['ecdsa', 'PEM'],
  ['rsa', 'PKCS8'],
  ['ecdsa', 'PKCS8'],
] as const;

describe('readKeyFile', () => {
  it.each(forms)('opens %s keys in the form %s', async (type, form) => {
    const { file, blob } = makeKey(type, form, '');
    const read = await readKeyFile(file, null);
    expect(read.kind === 'key' && read.key.getPublicSSH().toString('base64')).toBe(blob);
  });

  it.each(forms)('opens encrypted %s keys in the form %s by their passphrase only', async (type, form) => {
    const { file, blob } = makeKey(type, form, 'öpen Sesame $1');
    expect((await readKeyFile(file, null)).kind).toBe('locked');
    expect((await readKeyFile(file, 'wrong')).kind).toBe('wrong-passphrase');
    const read = await readKeyFile(file, 'öpen Sesame $1');
    expect(read.kind === 'key' && read.key.getPublicSSH().toString('base64')).toBe(blob);
  });

  it('says what is wrong with a file that is no private key', async () => {
    const { file } = makeKey('ed25519', 'RFC4716', '');
    await expect(readKeyFile(`${file}.pub`, null)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('public half'),
    });
    const text = join(folder, 'text');
    writeFileSync(text, 'not a key');
    await expect(readKeyFile(text, null)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('not a private key'),
    });
    await expect(readKeyFile(join(folder, 'absent'), null)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('could not be read'),
    });
    const cut = join(folder, 'cut');
    copyFileSync(file, cut);
    writeFileSync(cut, readFileSync(file, 'utf8').slice(0, 120));
    await expect(readKeyFile(cut, null)).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
