import { describe, expect, it } from 'vitest';
import type { DnsProvider } from '../../../src-main/contract/index.ts';
import { certificateOf } from './certificate.fixture.ts';
import { emptyRequest, judgeRequest, type RequestForm, renewalRequest, typedNames, withTyped } from './request-form.ts';

const form = emptyRequest(['shop.example.com']);
const judge = (change: Partial<RequestForm>, known: readonly DnsProvider[] = []) => judgeRequest({ ...form, ...change }, known);

describe('names', () => {
  it('are read out of what was pasted, each once', () => {
    expect(typedNames(' https://Shop.Example.com/cart, www.example.com\nwww.example.com. ')).toEqual([
      'shop.example.com',
      'www.example.com',
    ]);
    expect(typedNames('  ')).toEqual([]);
  });

  it('join the list when all of them can be asked for', () => {
    const added = withTyped({ ...form, typed: 'www.example.com shop.example.com' });
    expect(added).toMatchObject({ error: null, form: { names: ['shop.example.com', 'www.example.com'], typed: '' } });
    const wrong = withTyped({ ...form, typed: 'www.example.com localhost' });
    expect(wrong.error).toBe('localhost is not a name like shop.example.com or *.example.com');
    expect(wrong.form.names).toEqual(['shop.example.com']);
    expect(withTyped({ ...form, typed: '*.example.com' }).form.names).toEqual(['shop.example.com', '*.example.com']);
  });
});

describe('the request', () => {
  it('counts the name that is still being typed', () => {
    const judged = judge({ typed: 'www.example.com', email: ' me@example.com ' });
    expect(judged).toEqual({
      ok: true,
      request: {
        names: ['shop.example.com', 'www.example.com'],
        directory: { kind: 'letsencrypt' },
        challenge: { kind: 'http' },
        email: 'me@example.com',
        key: 'ecdsa',
        renew: false,
      },
    });
  });

  it('says what is missing, field by field', () => {
    const judged = judge({ names: [], authority: 'other', url: 'http://ca.example.com', root: 'no pem', email: 'me' });
    expect(judged).toMatchObject({ ok: false });
    expect(judged.ok ? {} : judged.errors).toEqual({
      names: 'A certificate is for at least one name',
      url: 'The directory of an authority is an https address',
      root: 'A root is a certificate as PEM: it begins with -----BEGIN CERTIFICATE-----',
      email: 'An address looks like you@example.com',
    });
  });

  it('sends address and root of another authority, and of no other', () => {
    const root = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    const filled = { url: 'https://ca.example.com/dir', root };
    const other = judge({ ...filled, authority: 'other' });
    expect(other.ok && other.request.directory).toEqual({ kind: 'other', url: 'https://ca.example.com/dir', root, account: null });
    const staging = judge({ ...filled, authority: 'letsencrypt-staging' });
    expect(staging.ok && staging.request.directory).toEqual({ kind: 'letsencrypt-staging' });
  });

  it('sends an account whole, to another authority only', () => {
    const filled = { authority: 'other', url: 'https://ca.example.com/dir', keyId: ' kid-1 ' } as const;
    const half = judge(filled);
    expect(half.ok ? {} : half.errors).toEqual({ hmacKey: 'Key ID and MAC key belong together' });
    const wrong = judge({ ...filled, hmacKey: 'a b' });
    expect(wrong.ok ? {} : Object.keys(wrong.errors)).toEqual(['hmacKey']);
    const whole = judge({ ...filled, hmacKey: 'abcdefgh ' });
    expect(whole.ok && whole.request.directory).toMatchObject({ account: { keyId: 'kid-1', hmacKey: 'abcdefgh' } });
    expect(judge({ ...filled, hmacKey: 'abcdefgh', authority: 'letsencrypt' }).ok).toBe(true);
  });

  it('takes wildcards by DNS alone, with credentials given or there', () => {
    const names = ['*.example.com'];
    const http = judge({ names });
    expect(http.ok ? '' : http.errors.names).toMatch(/^\*\.example\.com is given for an entry in its DNS alone/);
    const bare = judge({ names, challenge: 'dns' });
    expect(bare.ok ? {} : bare.errors).toEqual({ provider: 'Say who has the DNS of these names' });
    const none = judge({ names, challenge: 'dns', provider: 'cloudflare', propagation: 'soon' });
    expect(none.ok ? {} : none.errors).toEqual({
      credentials: 'Give what the provider wants to see',
      propagation: 'A whole number of seconds',
    });
    const dns = { names, challenge: 'dns', provider: 'cloudflare' } as const;
    const there = judge(dns, ['cloudflare']);
    expect(there.ok && there.request.challenge).toEqual({
      kind: 'dns',
      provider: 'cloudflare',
      credentials: null,
      propagationSeconds: null,
    });
    const given = judge({ ...dns, credentials: 'dns_cloudflare_api_token = x', propagation: ' 20 ' });
    expect(given.ok && given.request.challenge).toMatchObject({ credentials: 'dns_cloudflare_api_token = x', propagationSeconds: 20 });
  });
});

describe('a certificate anew', () => {
  it('is asked for as it was, as far as that is known', () => {
    expect(renewalRequest(certificateOf({ key: 'RSA 2048' }))).toMatchObject({
      authority: 'letsencrypt',
      challenge: 'http',
      key: 'rsa',
      renew: true,
    });
    const wildcard = certificateOf({ names: ['*.example.com'], issuer: 'Pier CA', challenge: 'route53' });
    expect(renewalRequest(wildcard)).toMatchObject({ names: ['*.example.com'], authority: 'other', challenge: 'dns', provider: 'route53' });
    expect(renewalRequest({ ...wildcard, challenge: null })).toMatchObject({ challenge: 'dns', provider: null });
  });
});
