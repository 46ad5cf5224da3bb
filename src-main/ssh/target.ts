import type { Authentication, HostKey } from '../contract/index.ts';

/** Where a connection leads and how it logs in. */
export interface ConnectionTarget {
  /** The server's name, for messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly authentication: Authentication;
  /** The only host key that is trusted; null when none was accepted yet. */
  readonly hostKey: HostKey | null;
}

export type SecretNeed =
  | { readonly kind: 'password' }
  | { readonly kind: 'passphrase'; readonly identityFile: string }
  | { readonly kind: 'sudo' };

/** Where a connection gets secrets from. It asks only once the host key is trusted. */
export interface Secrets {
  /** Null when there is none: the user has to be asked. */
  get(need: SecretNeed): Promise<string | null>;
  /** The one that was given is wrong. It must not be given again. */
  refused(need: SecretNeed): void;
}
