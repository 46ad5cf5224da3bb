import type { Vault } from './types.ts';

/** The vault where there is none: every secret is asked for each time. `reason` is a sentence for the user. */
export function noVault(reason: string): Vault {
  return { available: false, reason, get: async () => null, set: async () => false, delete: async () => undefined };
}

/** The command line has no access to what Electron encrypted. */
export const commandLineVault: Vault = noVault(
  'The command line does not open the vault of the window; it takes the agent, a key file, or asks.',
);
