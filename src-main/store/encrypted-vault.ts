import { z } from 'zod';
import type { Logger } from '../base/log.ts';
import type { Store, Vault } from './types.ts';

/** Encrypts and decrypts by a key that only this user's session can get at. */
export interface Cipher {
  encrypt(text: string): Promise<Buffer>;
  /** `stale` when it was encrypted with an older key that may become unusable. Rejects for what cannot be decrypted. */
  decrypt(data: Buffer): Promise<{ readonly text: string; readonly stale: boolean }>;
}

/** Under which key of the store the encrypted secrets are kept: a map of base64 texts. */
const storeKey = 'vault';
const secrets = z.record(z.string(), z.base64());

/** Secrets in the settings file, each encrypted by itself; the file never holds one in clear. */
export class EncryptedVault implements Vault {
  readonly available = true;
  readonly reason = null;

  constructor(
    private readonly store: Store,
    private readonly logger: Logger,
    private readonly cipher: Cipher,
  ) {}

  async get(key: string): Promise<string | null> {
    const data = parse(this.store.get(storeKey))[key];
    if (data === undefined) return null;
    try {
      const { text, stale } = await this.cipher.decrypt(Buffer.from(data, 'base64'));
      if (stale) await this.set(key, text);
      return text;
    } catch (error) {
      // Another user's, or the keyring is locked or was renewed. It is asked for again; the entry stays, the others are not touched.
      this.logger.warn('A secret could not be decrypted', { error: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }

  async set(key: string, value: string): Promise<boolean> {
    const data = await this.cipher.encrypt(value);
    // Made of what is there under the lock: of two at once, neither may lose the other's.
    await this.store.update(storeKey, (saved) => ({ ...parse(saved), [key]: data.toString('base64') }));
    return true;
  }

  async delete(key: string): Promise<void> {
    await this.store.update(storeKey, (saved) => {
      const { [key]: removed, ...others } = parse(saved);
      return removed === undefined ? saved : others;
    });
  }
}

function parse(saved: unknown): Readonly<Record<string, string>> {
  const parsed = secrets.safeParse(saved);
  return parsed.success ? parsed.data : {};
}
