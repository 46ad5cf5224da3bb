import { createHash } from 'node:crypto';
import type { HostKey } from '../contract/index.ts';

/** The type and fingerprint of a public key in SSH's wire form (RFC 4253 6.6), as `ssh-keygen -lf` prints them. */
export function readHostKey(blob: Uint8Array): HostKey {
  const bytes = Buffer.from(blob);
  const length = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0;
  const type = length > 0 && length <= 64 ? bytes.toString('latin1', 4, 4 + length) : 'unknown';
  const fingerprint = `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
  return { type, fingerprint };
}

/** Whether an offered key may be trusted. Only the fingerprint counts: it covers the type. */
export function judgeHostKey(pinned: HostKey | null, offered: HostKey): 'trusted' | 'unknown' | 'changed' {
  if (pinned === null) return 'unknown';
  return pinned.fingerprint === offered.fingerprint ? 'trusted' : 'changed';
}
