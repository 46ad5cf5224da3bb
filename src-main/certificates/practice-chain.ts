import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Only for tests: certificates by openssl, as a user would have them from an authority. */

const run = promisify(execFile);

export interface PracticeChain {
  readonly root: string;
  readonly intermediate: string;
  readonly leaf: string;
  readonly key: string;
}

/** A root, an intermediate and a certificate for `names`, valid for so many days, which may be none. */
export async function practiceChain(names: readonly string[], days = 90): Promise<PracticeChain> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-chain-'));
  const file = (name: string): string => join(folder, name);
  const openssl = (...argv: string[]) => run('openssl', argv, { cwd: folder });
  const key = (name: string) => openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file(`${name}.key`));
  const sign = async (name: string, subject: string, issuer: string | null, extensions: string, valid: number): Promise<void> => {
    await key(name);
    await writeFile(file(`${name}.ext`), extensions);
    await openssl('req', '-new', '-key', file(`${name}.key`), '-subj', subject, '-out', file(`${name}.csr`));
    const signer =
      issuer === null
        ? ['-signkey', file(`${name}.key`)]
        : ['-CA', file(`${issuer}.pem`), '-CAkey', file(`${issuer}.key`), '-CAcreateserial'];
    const input = ['-in', file(`${name}.csr`), '-out', file(`${name}.pem`), '-days', String(valid), '-extfile', file(`${name}.ext`)];
    await openssl('x509', '-req', ...input, ...signer);
  };
  try {
    const authority = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n';
    await sign('root', '/O=Practice Root/CN=Practice Root', null, authority, 3_650);
    await sign('intermediate', '/O=Practice Authority/CN=Practice Authority 1', 'root', authority, 3_650);
    const san = names.map((name) => `DNS:${name}`).join(',');
    await sign('leaf', `/CN=${names[0] ?? ''}`, 'intermediate', `subjectAltName=${san}\n`, days);
    const read = (name: string): Promise<string> => readFile(file(name), 'utf8');
    return {
      root: await read('root.pem'),
      intermediate: await read('intermediate.pem'),
      leaf: await read('leaf.pem'),
      key: await read('leaf.key'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
