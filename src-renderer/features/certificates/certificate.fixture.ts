import type { Certificate, CertificatesOverview, Renewer } from '../../../src-main/contract/index.ts';

const day = 86_400_000;

/** The moment of which the tests speak. */
export const now = Date.UTC(2026, 0, 15, 12);

/** A certificate of 90 days as main tells of it, well and with 71 days left, unless said. */
export function certificateOf(change: Partial<Certificate> = {}, daysLeft = 71): Certificate {
  return {
    name: 'shop.example.com',
    names: ['shop.example.com'],
    issuer: "Let's Encrypt",
    key: 'ECDSA P-256',
    notBefore: now - (90 - daysLeft) * day,
    notAfter: now + daysLeft * day,
    source: 'acme',
    challenge: 'http',
    served: { notAfter: now + daysLeft * day, same: true, trusted: true },
    renewalFailure: null,
    ...change,
  };
}

export const runningRenewer: Renewer = { challenge: 'http', running: true, lastRunAt: now - 3_600_000, lastRunFailed: false, said: '' };

export function overviewOf(change: Partial<CertificatesOverview> = {}): CertificatesOverview {
  return { certificates: [], hosts: [], renewers: [runningRenewer], ...change };
}
