import { type KeyObject, X509Certificate } from 'node:crypto';

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** DNS names of its SAN; where it has none, its common name. */
  readonly names: readonly string[];
  readonly issuer: string;
  /** "ECDSA P-256", "RSA 2048". */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Upper-case hexadecimal, as HAProxy and OpenSSL print it. */
  readonly serial: string;
}

/** The certificates of a text, each on its own, in their order. */
export function pemBlocks(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

/** Of the first certificate in a PEM text; null when there is none that can be read. */
export function factsOf(pem: string): CertificateFacts | null {
  try {
    return factsOfCertificate(new X509Certificate(pem));
  } catch {
    return null;
  }
}

export function factsOfCertificate(certificate: X509Certificate): CertificateFacts {
  const names = (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4).toLowerCase()] : []));
  const common = attribute(certificate.subject, 'CN');
  return {
    names: names.length > 0 || common === null ? names : [common.toLowerCase()],
    issuer: attribute(certificate.issuer, 'O') ?? attribute(certificate.issuer, 'CN') ?? 'unknown',
    key: keyInWords(certificate.publicKey),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    serial: certificate.serialNumber.toUpperCase(),
  };
}

/** Node gives a name as lines `CN=…`. */
function attribute(name: string, key: string): string | null {
  const line = name.split('\n').find((entry) => entry.startsWith(`${key}=`));
  return line === undefined ? null : line.slice(key.length + 1);
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

function keyInWords({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  if (type === 'ec') return `ECDSA ${curves[details?.namedCurve ?? ''] ?? details?.namedCurve ?? ''}`.trim();
  if (type === 'rsa') return `RSA ${details?.modulusLength ?? ''}`.trim();
  return (type ?? 'unknown').toUpperCase();
}
