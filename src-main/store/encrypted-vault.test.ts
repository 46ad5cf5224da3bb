import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { openConfBackend } from './conf-backend.ts';
import { type Cipher, EncryptedVault } from './encrypted-vault.ts';
import { commandLineVault } from './no-vault.ts';
import { openStore } from './settings-store.ts';
import type { Store } from './types.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-vault-'));
  store = await openStore({ folder, openBackend: openConfBackend, logger: silentLogger });
});
afterEach(() => {
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** AES-GCM, as the operating systems' stores do it; the key stands for what they keep. */
function aes(key: Buffer, stale = false): Cipher {
  return {
    encrypt: async (text) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    decrypt: async (data) => {
      const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12));
      decipher.setAuthTag(data.subarray(12, 28));
      return { text: Buffer.concat([decipher.update(data.subarray(28)), decipher.final()]).toString('utf8'), stale };
    },
  };
}

const everythingWritten = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n');

it('keeps a secret across restarts and never in clear', async () => {
  const key = randomBytes(32);
  const secret = 'correct horse battery staple';
  expect(await new EncryptedVault(store, silentLogger, aes(key)).set('server/password', secret)).toBe(true);
  const written = everythingWritten();
  for (const form of [secret, Buffer.from(secret).toString('base64').slice(0, 32), Buffer.from(secret).toString('hex')])
    expect(written).not.toContain(form);
  expect(await new EncryptedVault(store, silentLogger, aes(key)).get('server/password')).toBe(secret);
  expect(await new EncryptedVault(store, silentLogger, aes(key)).get('other')).toBeNull();
});

it('asks again for one that cannot be decrypted and keeps the others', async () => {
  const key = randomBytes(32);
  await new EncryptedVault(store, silentLogger, aes(randomBytes(32))).set('lost', 'one');
  const vault = new EncryptedVault(store, silentLogger, aes(key));
  await vault.set('good', 'two');
  expect(await vault.get('lost')).toBeNull();
  expect(await vault.get('good')).toBe('two');
});

it('forgets one for good, the copy of the settings included', async () => {
  const vault = new EncryptedVault(store, silentLogger, aes(randomBytes(32)));
  await vault.set('a', 'one');
  await vault.set('b', 'two');
  const [before] = Object.values(store.get('vault') as Record<string, string>);
  await vault.delete('a');
  await vault.delete('never-there');
  expect(await vault.get('a')).toBeNull();
  expect(await vault.get('b')).toBe('two');
  expect(everythingWritten()).not.toContain(before);
});

it('loses none of several that are kept and forgotten at once', async () => {
  const key = randomBytes(32);
  const vault = new EncryptedVault(store, silentLogger, aes(key));
  await vault.set('old', 'x');
  const elsewhere = await openStore({ folder, openBackend: openConfBackend, logger: silentLogger });
  const other = new EncryptedVault(elsewhere, silentLogger, aes(key));
  await Promise.all([vault.set('a', 'one'), other.set('b', 'two'), vault.set('c', 'three'), vault.delete('old')]);
  expect(await Promise.all(['a', 'b', 'c', 'old'].map((name) => vault.get(name)))).toEqual(['one', 'two', 'three', null]);
  elsewhere.dispose();
});

it('encrypts anew what an outdated key had encrypted', async () => {
  const key = randomBytes(32);
  const vault = new EncryptedVault(store, silentLogger, aes(key, true));
  await vault.set('a', 'one');
  const before = JSON.stringify(store.get('vault'));
  expect(await vault.get('a')).toBe('one');
  expect(JSON.stringify(store.get('vault'))).not.toBe(before);
});

it('writes nothing where there is no vault', async () => {
  expect(commandLineVault.available).toBe(false);
  expect(await commandLineVault.set('a', 'one')).toBe(false);
  expect(await commandLineVault.get('a')).toBeNull();
});
