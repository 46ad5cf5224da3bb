import { describe, expect, it } from 'vitest';
import { pemErrors, sortedPem } from './pem-text.ts';

const leaf = '-----BEGIN CERTIFICATE-----\nTEVBRg==\n-----END CERTIFICATE-----';
const issuer = '-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----';
const key = '-----BEGIN EC PRIVATE KEY-----\nS0VZ\n-----END EC PRIVATE KEY-----';
const nothing = { chain: '', key: '' };

describe('files', () => {
  it('are sorted into the fields, whatever file a part came in', () => {
    expect(sortedPem([`${key}\n${leaf}`, `Bag Attributes\n${issuer}`], nothing)).toEqual({
      chain: `${leaf}\n${issuer}\n`,
      key: `${key}\n`,
    });
  });

  it('leave the field alone that they have nothing for', () => {
    const before = { chain: leaf, key: 'typed' };
    expect(sortedPem([issuer], before)).toEqual({ chain: `${issuer}\n`, key: 'typed' });
    expect(sortedPem([key], before)).toEqual({ chain: leaf, key: `${key}\n` });
    expect(sortedPem(['\u0000\u0001 a .pfx'], before)).toBeNull();
  });
});

describe('what is pasted', () => {
  it('is judged before it is sent', () => {
    expect(pemErrors({ chain: leaf, key })).toEqual({ chain: null, key: null });
    expect(pemErrors(nothing)).toEqual({ chain: 'Give the certificate', key: 'Give the key of the certificate' });
    expect(pemErrors({ chain: key, key: leaf })).toMatchObject({
      chain: expect.stringContaining('no certificate'),
      key: expect.stringContaining('no private key'),
    });
    const locked = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nS0VZ\n-----END ENCRYPTED PRIVATE KEY-----';
    expect(pemErrors({ chain: leaf, key: locked }).key).toContain('passphrase');
  });
});
