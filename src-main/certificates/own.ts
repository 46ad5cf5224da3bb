import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { dayInWords, ExpectedError } from '../contract/index.ts';
import { factsOfCertificate, pemBlocks } from './facts.ts';

/** Files of the user's own certificates begin like this; certbot's have the name of a host. */
export const ownPrefix = 'own_';

export interface OwnCertificate {
  /** Of its file at the edge. */
  readonly name: string;
  readonly names: readonly string[];
  /** The certificate, those of its issuers in their order, and the key. */
  readonly pem: string;
  /** What a browser may not like, as a sentence; null for nothing. */
  readonly warning: string | null;
}

/**
 * A certificate that a user gives, checked: the key belongs to it, it is valid at `now` (milliseconds since 1970), and each certificate of
 * the chain signed the one before, in whatever order they were given. Throws `invalid-input` with what is wrong.
 */
export function checkedOwnCertificate(chainText: string, keyText: string, now: number): OwnCertificate {
  const certificates = pemBlocks(chainText).map(parseCertificate);
  if (certificates.length === 0) {
    throw invalid('There is no certificate in the text', 'Give it as PEM: it begins with -----BEGIN CERTIFICATE-----.');
  }
  const key = parseKey(keyText);
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (!leaf) throw invalid('The key does not belong to the certificate', 'Give the key that the certificate was asked for with.');
  const facts = factsOfCertificate(leaf);
  const first = facts.names[0];
  if (first === undefined) throw invalid('The certificate names no host', 'A certificate for a site has its names in its SAN.');
  if (facts.notAfter <= now) throw invalid(`The certificate ended on ${dayInWords(facts.notAfter)}`, 'Give one that is still valid.');
  if (facts.notBefore > now) throw invalid(`The certificate begins on ${dayInWords(facts.notBefore)}`, 'Give one that is valid now.');
  const chain = inOrder(leaf, certificates);
  return {
    name: `${ownPrefix}${first.replace('*', '_')}`,
    names: facts.names,
    pem: `${[...chain.map((certificate) => certificate.toString().trim()), keyAsPem(key)].join('\n')}\n`,
    warning: chainWarning(chain),
  };
}

/** The leaf, who signed it, who signed that, as far as they are there. A root at the end is left out: clients have their own. */
function inOrder(leaf: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const chain = [leaf];
  for (;;) {
    const last = chain.at(-1) ?? leaf;
    const issuer = certificates.find((each) => !chain.includes(each) && isSignedBy(last, each));
    if (!issuer || isRoot(issuer)) return chain;
    chain.push(issuer);
  }
}

function chainWarning(chain: readonly X509Certificate[]): string | null {
  const last = chain.at(-1);
  if (!last) return null;
  if (chain.length === 1 && isRoot(last)) return 'It is signed by itself: browsers will warn of it.';
  const known = rootCertificates.some((root) => isSignedBy(last, new X509Certificate(root)));
  if (known) return null;
  const issuer = factsOfCertificate(last).issuer;
  return `The certificate of ${issuer}, which signed the last one, is not in the text, and no well-known authority: browsers may warn.`;
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isRoot(certificate: X509Certificate): boolean {
  return isSignedBy(certificate, certificate);
}

function parseCertificate(pem: string, at: number): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw invalid(`Certificate ${at + 1} of the text cannot be read`, 'Give the file as the authority gave it.', cause);
  }
}

function parseKey(text: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw invalid('The key is locked with a passphrase', 'The edge needs it open: `openssl pkey -in KEY` writes it without one.');
  }
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw invalid('The key cannot be read', 'Give it as PEM: it begins with -----BEGIN PRIVATE KEY----- or the like.', cause);
  }
}

function keyAsPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString().trim();
}

function invalid(message: string, next: string, cause?: unknown): ExpectedError {
  return new ExpectedError('invalid-input', message, {
    next,
    ...(cause instanceof Error ? { detail: cause.message, cause } : {}),
  });
}
