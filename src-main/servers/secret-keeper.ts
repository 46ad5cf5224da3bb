import type { ServerProfile } from '../contract/index.ts';
import type { SecretNeed, Secrets } from '../ssh/index.ts';
import type { Vault } from '../store/types.ts';
import type { SecretKind } from './types.ts';

/**
 * The secrets of servers: what the user gave while the program runs, and what the vault has. A secret that a server refused is not
 * offered again until the user gives a new one, so that a stored wrong password does not lock anybody out.
 */
export class SecretKeeper {
  readonly #given = new Map<string, string>();
  readonly #refused = new Set<string>();

  constructor(private readonly vault: Vault) {}

  /** What a connection asks through. `profile` is read at each question. */
  forServer(profile: () => ServerProfile): Secrets {
    return {
      get: async (need) => {
        const current = profile();
        const found = await this.#find(keyOf(current, need));
        // Where the user logs in by a password, sudo asks for the same one nearly always.
        if (found !== null || need.kind !== 'sudo' || current.authentication.kind !== 'password') return found;
        return this.#refused.has(keyOf(current, need)) ? null : this.#find(keyOf(current, { kind: 'password' }));
      },
      refused: (need) => {
        const key = keyOf(profile(), need);
        this.#given.delete(key);
        this.#refused.add(key);
      },
    };
  }

  /** Returns whether the vault has it. */
  async give(profile: ServerProfile, kind: SecretKind, value: string, remember: boolean): Promise<boolean> {
    const key = keyOf(profile, needOf(profile, kind));
    this.#given.set(key, value);
    this.#refused.delete(key);
    return remember && this.vault.available ? this.vault.set(key, value) : false;
  }

  /** Forgets what only this server uses, as it was before it was changed or removed. `others` are the servers as they are now. */
  async forget(profile: ServerProfile, others: readonly ServerProfile[]): Promise<void> {
    const kept = new Set(others.flatMap((other) => usedKinds(other).map((kind) => keyOf(other, needOf(other, kind)))));
    for (const kind of ['password', 'passphrase', 'sudo'] as const) {
      const key = keyOf(profile, needOf(profile, kind));
      if (kept.has(key)) continue;
      this.#given.delete(key);
      this.#refused.delete(key);
      await this.vault.delete(key);
    }
  }

  async #find(key: string): Promise<string | null> {
    if (this.#refused.has(key)) return null;
    return this.#given.get(key) ?? (await this.vault.get(key));
  }
}

function needOf({ authentication }: ServerProfile, kind: SecretKind): SecretNeed {
  return kind === 'passphrase' ? { kind, identityFile: authentication.kind === 'key' ? authentication.identityFile : '' } : { kind };
}

function usedKinds({ authentication }: ServerProfile): readonly SecretKind[] {
  switch (authentication.kind) {
    case 'password':
      return ['sudo', 'password'];
    case 'key':
      return ['sudo', 'passphrase'];
    case 'agent':
      return ['sudo'];
  }
}

/**
 * A passphrase belongs to its key file, which several servers may use; a password to one user at one address. That is part of the key,
 * so that no other machine or user can ever be given it, whenever the profile is changed.
 */
function keyOf(profile: ServerProfile, need: SecretNeed): string {
  return need.kind === 'passphrase'
    ? `passphrase:${need.identityFile}`
    : `${need.kind}:${profile.id}:${profile.user}@${profile.host}:${profile.port}`;
}
