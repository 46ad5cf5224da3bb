/**
 * One held SSH connection per server, and all that makes it hold: host keys, login, loss, channels, quoting. The only folder that
 * imports ssh2. It knows no Docker, no app and no settings file: what it needs of them is handed in as {@link ConnectionTarget} and {@link Secrets}.
 */
export { HeldConnection } from './held-connection.ts';
export { offeredHostKey } from './offered-host-key.ts';
export type { SecretNeed, Secrets } from './target.ts';
