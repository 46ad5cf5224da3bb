import { safeStorage } from 'electron';
import type { Logger } from '../base/log.ts';
import { type Cipher, EncryptedVault } from './encrypted-vault.ts';
import { noVault } from './no-vault.ts';
import type { Store, Vault } from './types.ts';

/** Opens the vault; Electron must be ready. Without a real store of the operating system it is unavailable, and says why. */
export async function openElectronVault(store: Store, logger: Logger): Promise<Vault> {
  const reason = await unavailable().catch((error: unknown) => {
    logger.warn('Asking the operating system for its secret store failed', { error: String(error) });
    return "This computer's secret store does not answer, so passwords are asked for each time.";
  });
  return reason === null ? new EncryptedVault(store, logger, cipher()) : noVault(reason);
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
