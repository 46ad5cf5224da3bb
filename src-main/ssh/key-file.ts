import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import { ExpectedError } from '../contract/index.ts';

/** What reading a private key came to. */
export type KeyFile =
  | { readonly kind: 'key'; readonly key: ParsedKey }
  /** It is encrypted and no passphrase was given. */
  | { readonly kind: 'locked' }
  /** The passphrase does not open it; `detail` is what the parser said. */
  | { readonly kind: 'wrong-passphrase'; readonly detail: string };

/** Reads a private key (OpenSSH, PEM, PKCS #8, PPK). Throws `file-unreadable` when there is no usable key in it. */
export async function readKeyFile(identityFile: string, passphrase: string | null): Promise<KeyFile> {
  const path = identityFile.startsWith('~/') ? join(homedir(), identityFile.slice(2)) : identityFile;
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    throw new ExpectedError('file-unreadable', `The key file ${identityFile} could not be read.`, {
      next: 'Check the path and who may read the file, or choose another key.',
      detail: String(error),
      cause: error,
    });
  }
  return parseKeyFile(content, identityFile, passphrase);
}

export function parseKeyFile(content: Buffer, identityFile: string, passphrase: string | null): KeyFile {
  if (/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(content.toString('latin1', 0, 200)))
    return parsePkcs8(content, identityFile, passphrase);
  const parsed = parse(content, passphrase);
  if (!(parsed instanceof Error)) return { kind: 'key', key: privateHalf(parsed, identityFile) };
  if (passphrase === null && /no passphrase given/i.test(parsed.message)) return { kind: 'locked' };
  if (passphrase !== null && isEncrypted(content)) return { kind: 'wrong-passphrase', detail: parsed.message };
  throw unusable(identityFile, parsed);
}

function parse(content: Buffer | string, passphrase: string | null): ParsedKey | Error {
  try {
    const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(content, passphrase ?? undefined);
    if (!Array.isArray(parsed)) return parsed;
    return parsed[0] ?? new Error('There is no key in it');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isEncrypted(content: Buffer): boolean {
  const without = parse(content, null);
  return without instanceof Error && /no passphrase given/i.test(without.message);
}

/** ssh2 does not read PKCS #8; Node does, and writes RSA and EC keys in the forms that ssh2 reads. */
function parsePkcs8(content: Buffer, identityFile: string, passphrase: string | null): KeyFile {
  const encrypted = content.includes('BEGIN ENCRYPTED PRIVATE KEY');
  if (encrypted && passphrase === null) return { kind: 'locked' };
  let pem: string | Buffer;
  try {
    const key = createPrivateKey({ key: content, format: 'pem', ...(passphrase === null ? {} : { passphrase }) });
    if (key.asymmetricKeyType === 'rsa') pem = key.export({ type: 'pkcs1', format: 'pem' });
    else if (key.asymmetricKeyType === 'ec') pem = key.export({ type: 'sec1', format: 'pem' });
    else
      throw new ExpectedError(
        'file-unreadable',
        `The key file ${identityFile} has a form of ${key.asymmetricKeyType ?? 'key'} that cannot be used.`,
        {
          next: 'Rewrite it in OpenSSH’s form: ssh-keygen -p -f FILE',
        },
      );
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    if (encrypted) return { kind: 'wrong-passphrase', detail: String(error) };
    throw unusable(identityFile, error);
  }
  const parsed = parse(pem, null);
  if (parsed instanceof Error) throw unusable(identityFile, parsed);
  return { kind: 'key', key: parsed };
}

function privateHalf(key: ParsedKey, identityFile: string): ParsedKey {
  if (key.isPrivateKey()) return key;
  throw new ExpectedError('file-unreadable', `${identityFile} is the public half of a key.`, {
    next: 'Choose the file of the same name without .pub.',
  });
}

function unusable(identityFile: string, error: unknown): ExpectedError {
  return new ExpectedError('file-unreadable', `${identityFile} is not a private key that can be used.`, {
    next: 'Choose another key file. ssh-keygen makes one: ssh-keygen -t ed25519',
    detail: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}
