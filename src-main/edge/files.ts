import { createHash } from 'node:crypto';
import { ExpectedError } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import { ETC, RUN } from './render/config.ts';
import { HOST_FOLDER } from './runtime.ts';

/** The last four came later: an edge that was made before has none, which is as good as an empty one. */
export const files = ['haproxy.cfg', 'hosts.map', 'slots.map', 'https.map', 'certs.list', 'routes.map', 'holds.map'] as const;
export type FileName = (typeof files)[number];
export type Files = Readonly<Record<FileName, string>>;

/**
 * Makes the secret by which the edge knows our own requests, where there is none. Whoever may use the sockets may read it, and nobody
 * else of the server: it walks past the rules of routes.
 */
export const PROBE_KEY_SCRIPT = `
if [ ! -s probe.key ]; then
  (umask 077; od -An -N24 -tx1 /dev/urandom | tr -d ' \\n' > probe.key.new; echo >> probe.key.new)
  chgrp "$(stat -c %g ${RUN})" probe.key.new
  chmod 640 probe.key.new
  mv probe.key.new probe.key
fi`;

/** Prints the length and then the bytes of each file, so that no content can be taken for a border. Readable by every user of the server. */
const READ = `
for file; do
  if [ -f "$file" ]; then wc -c < "$file"; cat "$file"
  else case "$file" in */https.map|*/certs.list|*/routes.map|*/holds.map) echo 0;; *) echo missing;; esac; fi
done
`;

/**
 * Replaces one file of the edge, in the container, whose root may write there. Arguments: name, length, SHA-256 of what is there now
 * (as it was read). The lock makes "still what was read" and "replaced" one step; the length tells a broken transfer.
 * A configuration replaces nothing before this very HAProxy called it valid, and what it replaces is kept; with a fourth argument of
 * `by-hand` in a second place, which the next one leaves alone.
 */
const WRITE = `
set -eu
cd ${ETC}
exec 9> .lock
flock 9
for file in "$1" https.map acme.map certs.list routes.map holds.map; do [ -e "$file" ] || : > "$file"; done
${PROBE_KEY_SCRIPT}
new="$1.new"
cat > "$new"
if [ "$(wc -c < "$new")" -ne "$2" ]; then rm -f "$new"; echo "The file arrived incomplete." >&2; exit 3; fi
if [ "$(sha256sum < "$1" | cut -d ' ' -f 1)" != "$3" ]; then rm -f "$new"; exit 5; fi
if [ "$1" = haproxy.cfg ]; then
  haproxy -c -f "$new" >&2 || { mv "$new" "$1.refused"; exit 4; }
  cp "$1" "$1.good"
  if [ "$4" = by-hand ]; then cp "$1" "$1.by-hand"; fi
fi
sync "$new" 2> /dev/null || sync
mv "$new" "$1"
`;

const READ_TIMEOUT_MS = 20_000;

/** All files of the edge as they are on the server. Throws `not-set-up` when they are not there. */
export async function readFiles(connection: Pick<SshConnection, 'name' | 'script'>, signal?: AbortSignal): Promise<Files> {
  const result = await connection.script(
    READ,
    files.map((name) => `${HOST_FOLDER}/etc/${name}`),
    { signal, timeoutMs: READ_TIMEOUT_MS },
  );
  const contents = splitByLength(Buffer.from(result.stdout, 'utf8'));
  const [config, hosts, slots, https = '', certificates = '', routes = '', holds = ''] = contents;
  if (result.code !== 0 || contents.length !== files.length || config === undefined || hosts === undefined || slots === undefined) {
    throw new ExpectedError('not-set-up', `The files of the edge are not on ${connection.name}`, {
      detail: result.stderr,
      next: `Run the set-up of ${connection.name}.`,
    });
  }
  return {
    'haproxy.cfg': config,
    'hosts.map': hosts,
    'slots.map': slots,
    'https.map': https,
    'certs.list': certificates,
    'routes.map': routes,
    'holds.map': holds,
  };
}

/**
 * For how many whole seconds the configuration file has been what it is, by the server's clock; null where that clock was set back since.
 * The time of the last change of the inode: a file that is moved or copied back over it keeps its time of writing.
 */
export async function configAge(connection: Pick<SshConnection, 'name' | 'script'>, signal?: AbortSignal): Promise<number | null> {
  const script = 'stat -c %Z "$1" && date +%s';
  const result = await connection.script(script, [`${HOST_FOLDER}/etc/haproxy.cfg`], { signal, timeoutMs: READ_TIMEOUT_MS });
  const [, changed, now] = /^(\d+)\n(\d+)\n$/.exec(result.stdout) ?? [];
  if (result.code !== 0 || changed === undefined || now === undefined) {
    throw new ExpectedError('not-set-up', `The files of the edge are not on ${connection.name}`, {
      detail: result.stderr,
      next: `Run the set-up of ${connection.name}.`,
    });
  }
  return Number(now) < Number(changed) ? null : Number(now) - Number(changed);
}

/** The edge's secret for our own requests; null where it has none yet. Throws `privileges-missing` where the login user may not read it. */
export async function readProbeKey(connection: Pick<SshConnection, 'name' | 'script'>, signal?: AbortSignal): Promise<string | null> {
  const script = '[ -e "$1" ] || exit 9; cat "$1"';
  const result = await connection.script(script, [`${HOST_FOLDER}/etc/probe.key`], { signal, timeoutMs: READ_TIMEOUT_MS });
  if (result.code === 9) return null;
  if (result.code === 0 && /^[0-9a-f]{48}\n$/.test(result.stdout)) return result.stdout.trim();
  throw new ExpectedError('privileges-missing', `The edge's key on ${connection.name} cannot be read`, {
    detail: result.stderr,
    next: `Run the set-up of ${connection.name} again: it gives your user access to Docker, and with it to the edge.`,
  });
}

/** Takes `length, newline, bytes` apart; shorter than expected when a file is missing. */
export function splitByLength(output: Buffer): string[] {
  const contents: string[] = [];
  for (let at = 0; at < output.length; ) {
    const newline = output.indexOf(0x0a, at);
    const length = newline < 0 ? Number.NaN : Number(output.subarray(at, newline).toString('latin1').trim());
    if (!Number.isInteger(length) || newline + 1 + length > output.length) return contents;
    contents.push(output.subarray(newline + 1, newline + 1 + length).toString('utf8'));
    at = newline + 1 + length;
  }
  return contents;
}

/**
 * Replaces a file that still has the content `before`. Returns false when somebody else changed it since it was read.
 * Throws `edge-failed` with HAProxy's words when it refuses a configuration, and `edge-unavailable` when the writing itself was cut off;
 * the file that was there stays.
 */
export async function writeFile(
  docker: Pick<Docker, 'exec'>,
  container: string,
  name: FileName,
  content: string,
  before: string,
  signal?: AbortSignal,
  byHand = false,
): Promise<boolean> {
  const bytes = Buffer.from(content, 'utf8');
  const hash = createHash('sha256').update(before, 'utf8').digest('hex');
  const result = await docker.exec(container, ['sh', '-c', WRITE, 'sh', name, String(bytes.length), hash, byHand ? 'by-hand' : ''], {
    input: bytes,
    signal,
  });
  switch (result.code) {
    case 0:
      return true;
    case 5:
      return false;
    case 4:
      throw new ExpectedError('edge-failed', 'HAProxy refuses the new configuration; the old one goes on serving', {
        detail: withoutExpected(result.stderr),
        next: 'Please report this with the details: a configuration that Longshore writes must be valid.',
      });
    default:
      // 3: the transfer was cut short. From 126 on: the container went away beneath the script (126, 127), or killed it (128 + signal).
      throw new ExpectedError(
        result.code === 3 || result.code >= 126 ? 'edge-unavailable' : 'edge-failed',
        `The file ${name} of the edge could not be written`,
        {
          detail: result.stderr || `The script ended with ${result.code}.`,
          next: 'Check the free space of the server, and try again.',
        },
      );
  }
}

/**
 * HAProxy warns of every server whose name nobody has at the moment, which is what an idle slot is made of, and of port 443 as long as
 * there is no certificate.
 */
export function withoutExpected(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.includes('could not resolve address') && !line.includes('no SSL certificate specified'))
    .join('\n');
}
