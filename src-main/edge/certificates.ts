import { X509Certificate } from 'node:crypto';
import { ExpectedError } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import { CERTIFICATES, CERTIFICATES_LIST, ETC } from './render/config.ts';
import type { Runtime } from './runtime.ts';
import type { EdgeCertificate } from './types.ts';

/**
 * Puts a certificate with its key (standard input) where HAProxy finds it at its next start, if this very HAProxy can load it. Only root
 * may read the folder. Arguments: name, length.
 */
const INSTALL = `
set -eu
umask 077
mkdir -p ${CERTIFICATES}
cd ${CERTIFICATES}
exec 9> ${ETC}/.lock
flock 9
cat > "$1.new"
if [ "$(wc -c < "$1.new")" -ne "$2" ]; then rm -f "$1.new"; echo "The certificate arrived incomplete." >&2; exit 3; fi
printf 'defaults\\n mode http\\n timeout connect 1s\\n timeout client 1s\\n timeout server 1s\\nfrontend check\\n bind 127.0.0.1:1 ssl crt %s\\n' "$PWD/$1.new" > .check.cfg
if ! haproxy -c -f .check.cfg >&2; then rm -f "$1.new" .check.cfg; exit 4; fi
rm -f .check.cfg
sync "$1.new" 2> /dev/null || sync
mv "$1.new" "$1.pem"
line="${CERTIFICATES}/$1.pem"
umask 022
grep -qxF "$line" ${CERTIFICATES_LIST} 2> /dev/null || echo "$line" >> ${CERTIFICATES_LIST}
`;

const REMOVE = `
set -eu
exec 9> ${ETC}/.lock
flock 9
line="${CERTIFICATES}/$1.pem"
{ grep -vxF "$line" ${CERTIFICATES_LIST} || true; } > ${CERTIFICATES_LIST}.new
mv ${CERTIFICATES_LIST}.new ${CERTIFICATES_LIST}
rm -f "$line"
`;

/** Prints name, newline, and the certificates of each file in the list, without its key. */
const LIST = `
while IFS= read -r file; do
  [ -f "$file" ] || continue
  echo "file $file"
  sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' "$file"
done < ${CERTIFICATES_LIST}
`;

/** HAProxy's commands and what they carry have to fit into one of its buffers of 16 KiB; a longer one is loaded by a reload. */
export const LONGEST_PAYLOAD = 15_000;

const filePath = (name: string): string => `${CERTIFICATES}/${name}.pem`;

/** Throws `invalid-input` for what would not be a plain file name. */
export function checkedCertificateName(name: string): string {
  if (/^[a-z0-9_][a-z0-9._-]{0,199}$/.test(name) && !name.includes('..')) return name;
  throw new ExpectedError('invalid-input', `"${name.slice(0, 60)}" cannot be the name of a certificate`);
}

export async function writeCertificate(docker: Pick<Docker, 'exec'>, container: string, name: string, pem: string, signal?: AbortSignal) {
  const bytes = Buffer.from(pem, 'utf8');
  const result = await docker.exec(container, ['sh', '-c', INSTALL, 'sh', name, String(bytes.length)], { input: bytes, signal });
  if (result.code === 0) return;
  throw new ExpectedError(
    result.code === 4 ? 'edge-failed' : 'edge-unavailable',
    result.code === 4
      ? `HAProxy cannot load the certificate ${name}; what it serves stays as it was`
      : `The certificate ${name} could not be written`,
    {
      detail: result.stderr.trim() || `The script ended with ${result.code}.`,
      next: result.code === 4 ? 'Look at the details; the key may not belong to it.' : 'Check the free space of the server, and try again.',
    },
  );
}

/**
 * Gives the running HAProxy a certificate, by its runtime API. Returns false where it did not take it that way: then a reload has to
 * load it.
 */
export async function loadCertificate(runtime: Runtime, name: string, pem: string, signal?: AbortSignal): Promise<boolean> {
  if (Buffer.byteLength(pem) > LONGEST_PAYLOAD) return false;
  const path = filePath(name);
  const text = (answer: string): string => answer;
  if (!(await knownCertificates(runtime, signal)).includes(path)) await runtime.api(`new ssl cert ${path}`, text, signal);
  // An empty line ends what a command carries.
  const carried = pem.replaceAll(/\r?\n(\s*\r?\n)+/g, '\n').trim();
  const set = await runtime.api(`set ssl cert ${path} <<\n${carried}\n`, said, signal);
  if (!/Transaction (created|updated)/.test(set)) return false;
  if (!(await runtime.api(`commit ssl cert ${path}`, said, signal)).includes('Success')) return false;
  const listed = await runtime.api(`show ssl crt-list ${CERTIFICATES_LIST}`, said, signal);
  if (listed.split('\n').some((line) => line.trim() === path)) return true;
  return (await runtime.api(`add ssl crt-list ${CERTIFICATES_LIST} ${path}`, said, signal)).includes('Success');
}

export async function unloadCertificate(runtime: Runtime, name: string, signal?: AbortSignal): Promise<void> {
  const path = filePath(name);
  const text = (answer: string): string => answer;
  await runtime.api(`del ssl crt-list ${CERTIFICATES_LIST} ${path}`, text, signal);
  await runtime.api(`del ssl cert ${path}`, text, signal);
}

export async function deleteCertificate(docker: Pick<Docker, 'exec'>, container: string, name: string, signal?: AbortSignal) {
  const result = await docker.exec(container, ['sh', '-c', REMOVE, 'sh', name], { signal });
  if (result.code === 0) return;
  throw new ExpectedError('edge-unavailable', `The certificate ${name} could not be removed`, { detail: result.stderr });
}

/** The certificates that are to be served, and whether each one is. */
export async function listCertificates(
  docker: Pick<Docker, 'exec'>,
  runtime: Runtime,
  container: string,
  signal?: AbortSignal,
): Promise<EdgeCertificate[]> {
  const result = await docker.exec(container, ['sh', '-c', LIST], { signal });
  if (result.code !== 0) {
    throw new ExpectedError('edge-unavailable', 'The certificates of the edge could not be read', { detail: result.stderr });
  }
  const found: EdgeCertificate[] = [];
  for (const { name, chain } of parseListed(result.stdout)) {
    const shown = await runtime.api(`show ssl cert ${filePath(name)}`, said, signal);
    const serial = /^Serial: ([0-9A-F]+)$/m.exec(shown)?.[1] ?? null;
    found.push({ name, chain, loaded: serial !== null && serial === serialOf(chain) });
  }
  return found;
}

/** Of the first certificate of a chain, in HAProxy's own form; null when it cannot be read. */
function serialOf(chain: string): string | null {
  try {
    return new X509Certificate(chain).serialNumber.toUpperCase();
  } catch {
    return null;
  }
}

/** Takes the output of {@link LIST} apart. */
export function parseListed(output: string): { readonly name: string; readonly chain: string }[] {
  return output
    .split(/^file /m)
    .slice(1)
    .flatMap((part) => {
      const end = part.indexOf('\n');
      const name = /\/certs\/(.+)\.pem$/.exec(part.slice(0, end))?.[1];
      return name ? [{ name, chain: part.slice(end + 1) }] : [];
    });
}

async function knownCertificates(runtime: Runtime, signal?: AbortSignal): Promise<string[]> {
  return (await runtime.api('show ssl cert', (answer) => answer, signal)).split('\n').map((line) => line.replace(/^\*/, '').trim());
}

/** An answer that says something; HAProxy says nothing while it starts anew. */
function said(answer: string): string | undefined {
  return answer.trim() === '' ? undefined : answer;
}
