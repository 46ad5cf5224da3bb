/** The two halves of a certificate of one's own, as they stand in the fields. */
export interface PemTexts {
  readonly chain: string;
  readonly key: string;
}

const certificates = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const keys = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]+?-----END (?:[A-Z]+ )*PRIVATE KEY-----/g;

/** Longest file that is read: far more than any chain has. */
export const longestFile = 200_000;

/**
 * What files hold, each part to its field, whatever file it came in: some authorities give one file with all. A field that none of
 * them has anything for stays as it is. Null when there is neither in any of them.
 */
export function sortedPem(files: readonly string[], before: PemTexts): PemTexts | null {
  const text = files.join('\n');
  const chain = text.match(certificates) ?? [];
  const [key] = text.match(keys) ?? [];
  if (chain.length === 0 && key === undefined) return null;
  return { chain: chain.length === 0 ? before.chain : `${chain.join('\n')}\n`, key: key === undefined ? before.key : `${key}\n` };
}

export interface PemErrors {
  readonly chain: string | null;
  readonly key: string | null;
}

/** What can be seen of the texts before they are sent; whether they belong together is judged where they are. */
export function pemErrors({ chain, key }: PemTexts): PemErrors {
  return { chain: chainError(chain), key: keyError(key) };
}

function chainError(text: string): string | null {
  if (text.trim() === '') return 'Give the certificate';
  if ((text.match(certificates) ?? []).length > 0) return null;
  return 'There is no certificate in it: one begins with -----BEGIN CERTIFICATE-----';
}

function keyError(text: string): string | null {
  if (text.trim() === '') return 'Give the key of the certificate';
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    return 'It is locked with a passphrase. openssl pkey -in KEY writes it without one';
  }
  return (text.match(keys) ?? []).length > 0
    ? null
    : 'There is no private key in it: one begins with -----BEGIN PRIVATE KEY----- or the like';
}
