import { userInfo } from 'node:os';
import type { z } from 'zod';
import { ExpectedError, environmentName } from '../contract/index.ts';

/** Parses what was typed; the error names the argument. */
export function parseArgument<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ExpectedError('invalid-input', `${what}: ${parsed.error.issues[0]?.message ?? 'not valid'}.`);
}

export interface SshAddress {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

/** `ssh://USER@HOST[:PORT]`; also `USER@HOST` as people type it. The user is this computer's when left out, the port 22. */
export function parseSshAddress(text: string): SshAddress {
  const wrong = new ExpectedError('invalid-input', `“${text}” is not an SSH address.`, {
    next: 'Write it as ssh://user@host or ssh://user@host:port.',
  });
  let url: URL;
  try {
    url = new URL(text.includes('://') ? text : `ssh://${text}`);
  } catch {
    throw wrong;
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.protocol !== 'ssh:' || host === '' || (url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '')
    throw wrong;
  if (url.password !== '') {
    throw new ExpectedError('invalid-input', 'A password does not belong into an address, where other programs can read it.', {
      next: 'Leave it out; it is asked for.',
    });
  }
  return {
    user: url.username === '' ? userInfo().username : decodeURIComponent(url.username),
    host,
    port: url.port === '' ? 22 : Number(url.port),
  };
}

/**
 * `KEY=VALUE` pairs; a later one wins. `KEY` alone takes the value from this command's own environment. Values are secrets, and errors
 * end up in the logs of CI: no error says more of a pair than its key, nor anything of one without `=`, which may be a value alone.
 */
export function parseEnvironment(pairs: readonly string[]): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [index, pair] of pairs.entries()) {
    const at = pair.indexOf('=');
    const key = at < 0 ? pair : pair.slice(0, at);
    const name = parseArgument(environmentName, key, at < 0 ? `--env number ${index + 1}` : `--env ${key}`);
    const value = at < 0 ? process.env[name] : pair.slice(at + 1);
    if (value === undefined)
      throw new ExpectedError('invalid-input', `--env ${name}: there is no value, and ${name} is not set here.`, {
        next: `Write --env ${name}=VALUE.`,
      });
    environment[name] = value;
  }
  return environment;
}
