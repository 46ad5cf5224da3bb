import { describe, expect, it } from 'vitest';
import type { Renewer } from '../../../src-main/contract/index.ts';
import { certificateOf, now, overviewOf, runningRenewer } from './certificate.fixture.ts';
import {
  certificateSaid,
  challengeOf,
  challengeWords,
  directoryOf,
  hostsWithout,
  keyKind,
  namesInShort,
  namesWithout,
  renewerOf,
  renewerSaid,
  timeLeft,
} from './certificate-words.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('the time that is left', () => {
  it.each([
    [71 * day + 23 * hour, '71 days'],
    [2 * day, '2 days'],
    // A last day is said in hours: "1 day" would be up to two.
    [2 * day - 1, '47 h'],
    [2 * hour - 1, '119 min'],
    [59_000, '0 min'],
    [-5, '0 min'],
  ])('%d ms is %s', (left, words) => {
    expect(timeLeft(now + left, now)).toBe(words);
  });
});

describe('a certificate', () => {
  const said = (certificate = certificateOf(), renewer: typeof runningRenewer | null = runningRenewer) =>
    certificateSaid(certificate, renewer, now);

  it('is live while it is served and has time', () => {
    expect(said()).toEqual({ status: 'live', words: 'Served, 71 days left', notes: [] });
    expect(said(certificateOf({ source: 'own' }), null)).toMatchObject({ status: 'live', notes: [] });
  });

  it('is being renewed in its last third, and late in the last sixth', () => {
    expect(said(certificateOf({}, 29))).toMatchObject({ status: 'working', words: 'Being renewed, 29 days left' });
    expect(said(certificateOf({}, 30))).toMatchObject({ status: 'live' });
    expect(said(certificateOf({}, 13))).toMatchObject({ status: 'degraded', words: '13 days left' });
    const ofSixDays = (left: number) => certificateOf({ notBefore: now - (6 - left) * day, notAfter: now + left * day });
    expect(said(ofSixDays(4)).status).toBe('live');
    expect(said(ofSixDays(1.5)).status).toBe('working');
    expect(said(ofSixDays(0.5)).status).toBe('degraded');
  });

  it('waits for its user where it is their own', () => {
    const own = certificateOf({ source: 'own' }, 20);
    expect(said(own, null)).toEqual({
      status: 'waiting',
      words: '20 days left',
      notes: ['It does not renew itself: give the next one before it ends.'],
    });
  });

  it('is degraded where nothing renews it, or no well-known authority signed it', () => {
    expect(said(certificateOf(), null)).toMatchObject({ status: 'degraded', words: '71 days left, not renewed' });
    expect(said(certificateOf(), { ...runningRenewer, running: false }).status).toBe('degraded');
    const unknown = said(certificateOf({ issuer: 'Pier CA', served: { notAfter: now, same: true, trusted: false } }));
    expect(unknown).toMatchObject({ status: 'degraded', words: 'Not publicly trusted, 71 days left' });
    expect(unknown.notes.join()).toContain('signed by Pier CA');
  });

  it('has failed when it ended, is not what visitors get, or could not be renewed', () => {
    expect(said(certificateOf({}, -3))).toMatchObject({ status: 'failed', words: 'Ended 3 days ago' });
    expect(said(certificateOf({ served: null }))).toMatchObject({ status: 'failed', words: 'Not served' });
    const other = said(certificateOf({ served: { notAfter: Date.UTC(2026, 1, 1, 12), same: false, trusted: true } }));
    expect(other).toMatchObject({ status: 'failed', words: 'Another is served' });
    expect(other.notes[0]).toContain('valid until 2026-02-01');
    const reason = 'shop.example.com: DNS problem: NXDOMAIN looking up A';
    const refused = said(certificateOf({ renewalFailure: reason }, 25));
    expect(refused).toMatchObject({ status: 'failed', words: 'Renewal failed, 25 days left' });
    expect(refused.notes).toEqual([`It could not be renewed: ${reason}`]);
  });

  it('says all that is wrong at once', () => {
    const { words, notes } = said(certificateOf({ renewalFailure: 'refused' }, -1), null);
    expect(words).toBe('Ended yesterday');
    expect(notes).toHaveLength(3);
  });

  it('is named in short', () => {
    expect(namesInShort(['a.example.com'])).toBe('a.example.com');
    expect(namesInShort(['a.example.com', 'b.example.com', 'c.example.com'])).toBe('a.example.com and 2 more');
  });
});

describe('hosts', () => {
  const hosts = [
    { host: 'shop.203-0-113-7.sslip.io', app: 'shop', certificate: null, https: null },
    { host: 'shop.example.com', app: 'shop', certificate: 'shop.example.com', https: 'hsts' as const },
    { host: 'www.example.com', app: 'shop', certificate: null, https: null },
    { host: 'a.b.example.com', app: 'blog', certificate: null, https: null },
  ];

  it('are proposed where they are the user’s own and have none', () => {
    expect(namesWithout(overviewOf({ hosts }))).toEqual(['www.example.com', 'a.b.example.com']);
  });

  it('are named with what they have without a certificate', () => {
    const wildcard = certificateOf({ name: 'own__.example.com', names: ['*.example.com'] });
    const overview = overviewOf({ hosts, certificates: [certificateOf(), wildcard] });
    expect(hostsWithout(overview, 'shop.example.com')).toEqual([{ host: 'shop.example.com', instead: '*.example.com', https: 'hsts' }]);
    // The wildcard is for one label below its own, no more.
    expect(hostsWithout(overview, wildcard.name)).toEqual([
      { host: 'shop.example.com', instead: 'shop.example.com', https: 'hsts' },
      { host: 'www.example.com', instead: null, https: null },
    ]);
    expect(hostsWithout(overview, 'gone')).toEqual([]);
  });
});

describe('what a renewal asks for', () => {
  it('is known of Let’s Encrypt alone', () => {
    expect(directoryOf({ issuer: "Let's Encrypt" })).toEqual({ kind: 'letsencrypt' });
    expect(directoryOf({ issuer: "(STAGING) Let's Encrypt" })).toEqual({ kind: 'letsencrypt-staging' });
    expect(directoryOf({ issuer: 'Pier CA' })).toBeNull();
  });

  it('is shown to be the user’s as before', () => {
    expect(challengeOf(certificateOf())).toEqual({ kind: 'http' });
    const wildcard = certificateOf({ names: ['*.example.com'], challenge: 'linode' });
    expect(challengeOf(wildcard)).toEqual({ kind: 'dns', provider: 'linode', credentials: null, propagationSeconds: null });
    // By HTTP no wildcard is given, and by which DNS is not known.
    expect(challengeOf({ ...wildcard, challenge: null })).toBeNull();
  });

  it('has a key of the same kind', () => {
    expect(keyKind({ key: 'RSA 2048' })).toBe('rsa');
    expect(keyKind({ key: 'ECDSA P-256' })).toBe('ecdsa');
  });
});

describe('the service that renews', () => {
  it('is the one by the challenge that the certificate was got with', () => {
    const linode: Renewer = { ...runningRenewer, challenge: 'linode' };
    const overview = overviewOf({ renewers: [runningRenewer, linode] });
    expect(renewerOf(overview, certificateOf({ challenge: 'linode' }))).toBe(linode);
    expect(renewerOf(overview, certificateOf({ challenge: null }))).toBeNull();
    expect([runningRenewer, linode].map(challengeWords)).toEqual(['by HTTP', 'by the DNS of Linode']);
  });

  it.each([
    [runningRenewer, true, 'live', 'Running'],
    [{ ...runningRenewer, lastRunFailed: true }, true, 'failed', 'Last run failed'],
    [{ ...runningRenewer, lastRunAt: null }, true, 'working', 'Starting'],
    [{ ...runningRenewer, running: false }, true, 'degraded', 'Not running'],
    [{ ...runningRenewer, running: false }, false, 'stopped', 'Not running'],
    [null, true, 'degraded', 'Not on the server'],
    [null, false, 'stale', 'Not on the server'],
  ] as const)('%j, needed %s', (renewer, needed, status, words) => {
    expect(renewerSaid(renewer, needed)).toEqual({ status, words });
  });
});
