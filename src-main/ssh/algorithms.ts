import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

const byKeyType: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * ssh2's own lists, which hold only what the runtime's crypto has (Electron's BoringSSL lacks chacha20), less what is known to be weak.
 * The pinned key's type is asked for first, so that a server that has several host keys, or got another one, shows the pinned one.
 */
export function algorithms(pinnedType: string | null): Algorithms {
  const preferred = [...((pinnedType === null ? undefined : byKeyType[pinnedType]) ?? [])];
  return {
    // ssh2 goes through the keys in the order in which they are written: a name must be gone before it can be put in front.
    serverHostKey: { remove: ['ssh-rsa', ...preferred], prepend: preferred, append: [] },
    // Of what ssh2 offers, the one that a server without strict key exchange lets be tampered with (Terrapin, CVE-2023-48795).
    cipher: { remove: ['chacha20-poly1305@openssh.com'], prepend: [], append: [] },
    hmac: { remove: ['hmac-sha1', 'hmac-sha1-etm@openssh.com'], prepend: [], append: [] },
  };
}
