import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { ExpectedError } from '../contract/index.ts';
import type { Link } from './link.ts';
import { Kept, runCommand } from './run-command.ts';
import type { ConnectionTarget, Secrets } from './target.ts';
import type { ExecOptions, ExecResult } from './types.ts';

export type ScriptOptions = Omit<ExecOptions, 'input'>;

/**
 * A script as the input of `sh -s`. The braces make the shell read all of it before the first command runs, and the commands get no
 * input: one that reads would otherwise swallow the rest of the script.
 */
export function scriptInput(script: string): string {
  return `{\n${script}\n} </dev/null\n`;
}

/** Runs a script by the login user. */
export function runScript(
  link: Link,
  target: ConnectionTarget,
  script: string,
  args: readonly string[],
  options: ScriptOptions,
): Promise<ExecResult> {
  return runCommand(link, target, ['/bin/sh', '-s', '--', ...args], { ...options, input: scriptInput(script) });
}

/** Becomes root if it has to, then says so on standard error and becomes the shell that reads the script. $1: what to say, $2: sudo's prompt. */
const becomeRoot = `
ready=$1 prompt=$2
shift 2
if [ "$(id -u)" = 0 ]; then
  printf '%s\\n' "$ready" >&2
  exec /bin/sh -s -- "$@"
fi
if ! command -v sudo >/dev/null 2>&1; then
  echo 'sudo is not installed' >&2
  exit 1
fi
exec sudo -S -p "$prompt" -- /bin/sh -c 'printf "%s\\n" "$1" >&2; shift; exec /bin/sh -s -- "$@"' sh "$ready" "$@"
`;

/**
 * Runs a script as root. It is a conversation, so that neither the password can be run as a script where sudo asks for none, nor the
 * script be taken for a password: the password is sent when sudo's prompt (which nobody can guess) comes, the script once the shell
 * of root said that it is there. The password is only ever written to standard input.
 *
 * Throws `privileges-missing`, `password-needed` (no password is known) and `authentication-failed` (it was wrong) besides what running a command throws.
 */
export async function runAsRoot(
  link: Link,
  target: ConnectionTarget,
  secrets: Secrets,
  script: string,
  args: readonly string[],
  options: ScriptOptions,
): Promise<ExecResult> {
  const nonce = randomBytes(16).toString('hex');
  const ready = `longshore-root-${nonce}`;
  const prompt = `longshore-password-${nonce}`;
  const input = new PassThrough();
  const stopped = new AbortController();
  const stderr = new Kept(options.onStderr);
  let before = '';
  let prompts = 0;
  let isRoot = false;

  const answer = async (): Promise<void> => {
    if (prompts > 1) {
      secrets.refused({ kind: 'sudo' });
      throw new ExpectedError('authentication-failed', `sudo on “${target.name}” did not accept the password of ${target.user}.`, {
        next: 'Enter it again.',
      });
    }
    const password = await secrets.get({ kind: 'sudo' });
    if (password === null) {
      throw new ExpectedError('password-needed', `sudo on “${target.name}” asks for the password of ${target.user}.`, {
        next: 'Enter it, and start again.',
      });
    }
    input.write(`${password}\n`);
  };
  const onStderr = (chunk: Buffer): void => {
    if (isRoot) {
      stderr.take(chunk);
      return;
    }
    // Latin-1 keeps every byte, so that what comes after the mark can be handed on as it was.
    before += chunk.toString('latin1');
    const at = before.indexOf(`${ready}\n`);
    if (at >= 0) {
      isRoot = true;
      input.end(scriptInput(script));
      const rest = before.slice(at + ready.length + 1);
      if (rest !== '') stderr.take(Buffer.from(rest, 'latin1'));
      return;
    }
    const asked = before.split(prompt).length - 1;
    if (asked <= prompts) return;
    prompts = asked;
    answer().catch((error: unknown) => stopped.abort(error));
  };

  const argv = ['/bin/sh', '-c', becomeRoot, 'sh', ready, prompt, ...args];
  const signal = options.signal ? AbortSignal.any([options.signal, stopped.signal]) : stopped.signal;
  const result = await runCommand(link, target, argv, { ...options, signal, input, onStderr });
  if (isRoot) return { ...result, stderr: stderr.text() };
  throw new ExpectedError('privileges-missing', `${target.user} may not act as root on “${target.name}”.`, {
    next: 'Log in as root, or let the user use sudo (on Debian: adduser USER sudo).',
    detail: Buffer.from(before.replaceAll(prompt, ''), 'latin1').toString('utf8').trim(),
  });
}
