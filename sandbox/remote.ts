/** Commands on a practice server by the real OpenSSH client, with the practice key and the server's real host key. */
import type { RunResult } from './run.ts';
import { run } from './run.ts';

export interface RemoteTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHosts: string;
}

/** Runs a program with its arguments, or a script by the user's shell; the exit code is 255 where the connection failed. */
export async function runRemote(
  target: RemoteTarget,
  command: readonly string[] | string,
  input?: string | Uint8Array,
): Promise<RunResult> {
  const remote = typeof command === 'string' ? command : command.map(shellQuote).join(' ');
  return run(
    [
      'ssh',
      '-F',
      'none',
      '-o',
      'BatchMode=yes',
      '-o',
      'IdentitiesOnly=yes',
      '-o',
      'StrictHostKeyChecking=yes',
      '-o',
      `UserKnownHostsFile=${target.knownHosts}`,
      '-o',
      'HostKeyAlgorithms=ssh-ed25519',
      '-o',
      'ConnectTimeout=10',
      '-o',
      'LogLevel=ERROR',
      '-i',
      target.identityFile,
      '-p',
      String(target.port),
      `${target.user}@${target.host}`,
      '--',
      remote,
    ],
    input === undefined ? {} : { input },
  );
}

/** `word` as one word of a POSIX shell. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
