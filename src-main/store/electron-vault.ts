import { safeStorage } from 'electron';
import { z } from 'zod';
import type { Logger } from '../base/log.ts';
import { noVault } from './no-vault.ts';
import type { Store, Vault } from './types.ts';

/** Encrypts and decrypts by the operating system's store; what both Electron APIs, old and new, come down to. */
interface Cipher {
  encrypt(text: string): Promise<Buffer>;
  decrypt(data: Buffer): Promise<{ readonly text: string; readonly stale: boolean }>;
}

/** Under which key of the store the encrypted secrets are kept: a map of base64 texts. */
const storeKey = 'vault';
const secrets = z.record(z.string(), z.base64());

/** Opens the vault; Electron must be ready. Without a real store of the operating system it is unavailable, and says why. */
export async function openElectronVault(store: Store, logger: Logger): Promise<Vault> {
  const reason = await unavailable().catch((error: unknown) => {
    logger.warn('Asking the operating system for its secret store failed', { error: String(error) });
    return "This computer's secret store does not answer, so passwords are asked for each time.";
  });
  return reason === null ? new ElectronVault(store, logger, cipher()) : noVault(reason);
}

async function unavailable(): Promise<string | null> {
  // Without a keyring Chromium falls back to a key that is written in its source: that is no encryption.
  if (process.platform === 'linux') {
    const backend = safeStorage.getSelectedStorageBackend();
    if (backend === 'basic_text' || backend === 'unknown') {
      return 'No keyring was found on this computer (GNOME Keyring or KWallet), so passwords are asked for each time and never written.';
    }
  }
  const encrypts = hasAsyncApi() ? await safeStorage.isAsyncEncryptionAvailable() : safeStorage.isEncryptionAvailable();
  return encrypts ? null : "This computer's secret store is locked or missing, so passwords are asked for each time and never written.";
}

/** Older Electron, as the tests may run in, has the synchronous API only; newer ones will drop it. */
function hasAsyncApi(): boolean {
  return 'encryptStringAsync' in safeStorage;
}

function cipher(): Cipher {
  if (hasAsyncApi()) {
    return {
      encrypt: (text) => safeStorage.encryptStringAsync(text),
      decrypt: async (data) => {
        const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(data);
        return { text: result, stale: shouldReEncrypt };
      },
    };
  }
  return {
    encrypt: async (text) => safeStorage.encryptString(text),
    decrypt: async (data) => ({ text: safeStorage.decryptString(data), stale: false }),
  };
}

class ElectronVault implements Vault {
  readonly available = true;
  readonly reason = null;

  constructor(
    private readonly store: Store,
    private readonly logger: Logger,
    private readonly cipher: Cipher,
  ) {}

  async get(key: string): Promise<string | null> {
    const data = this.#all()[key];
    if (data === undefined) return null;
    try {
      const { text, stale } = await this.cipher.decrypt(Buffer.from(data, 'base64'));
      // The operating system changed its key: what is written with the old one may become unreadable.
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
    await this.store.set(storeKey, { ...this.#all(), [key]: data.toString('base64') });
    return true;
  }

  async delete(key: string): Promise<void> {
    const { [key]: removed, ...others } = this.#all();
    if (removed !== undefined) await this.store.set(storeKey, others);
  }

  #all(): Readonly<Record<string, string>> {
    const parsed = secrets.safeParse(this.store.get(storeKey));
    return parsed.success ? parsed.data : {};
  }
}
