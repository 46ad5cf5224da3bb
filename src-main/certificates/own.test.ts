import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../contract/index.ts';
import { factsOf, pemBlocks } from './facts.ts';
import { checkedOwnCertificate } from './own.ts';
import { type PracticeChain, practiceChain } from './practice-chain.ts';

let now: number;
let chain: PracticeChain;
beforeAll(async () => {
  chain = await practiceChain(['shop.example.com', '*.shop.example.com']);
  // Not before: it begins in the second in which it was made.
  now = Date.now();
});

describe('a certificate of the user’s own', () => {
  it('is put in the order that clients need, whatever order it was given in, without its root', () => {
    const own = checkedOwnCertificate(`${chain.root}${chain.intermediate}\n\n${chain.leaf}`, chain.key, now);
    expect(own.name).toBe('own_shop.example.com');
    expect(own.names).toEqual(['shop.example.com', '*.shop.example.com']);
    expect(pemBlocks(own.pem).map((pem) => factsOf(pem)?.issuer)).toEqual(['Practice Authority', 'Practice Root']);
    expect(own.pem).toMatch(/-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----\n$/);
    expect(own.pem).not.toMatch(/\n\s*\n/);
  });

  it('comes with a warning where browsers will not trust it', () => {
    expect(checkedOwnCertificate(chain.leaf, chain.key, now).warning).toContain('Practice Authority');
    expect(checkedOwnCertificate(`${chain.leaf}${chain.intermediate}`, chain.key, now).warning).toContain('Practice Root');
  });

  it('is refused with what is wrong', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const locked = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
    const refusals: readonly (readonly [string, string, number, RegExp])[] = [
      [chain.leaf, other, now, /does not belong/],
      [chain.leaf, locked, now, /passphrase/],
      [chain.leaf, 'nonsense', now, /key cannot be read/],
      ['nonsense', chain.key, now, /no certificate/],
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', chain.key, now, /Certificate 1 of the text/],
      [chain.leaf, chain.key, now + 91 * 86_400_000, /ended on/],
      [chain.leaf, chain.key, now - 2 * 86_400_000, /begins on/],
    ];
    for (const [certificate, key, at, words] of refusals) expect(() => checkedOwnCertificate(certificate, key, at)).toThrow(words);
  });

  it('covers its names, and a wildcard one label only', () => {
    const names = ['shop.example.com', '*.shop.example.com'];
    for (const host of ['shop.example.com', 'www.shop.example.com']) expect(covers(names, host)).toBe(true);
    for (const host of ['example.com', 'a.b.shop.example.com', 'shop.example.org']) expect(covers(names, host)).toBe(false);
  });

  it('says what it is', () => {
    expect(factsOf(chain.leaf)).toMatchObject({ issuer: 'Practice Authority', key: 'ECDSA P-256' });
    expect(factsOf('nonsense')).toBeNull();
  });
});
