import { describe, expect, it } from 'vitest';
import { emptyRequest, judgeRequest, typedNames, withTyped } from './request-form.ts';

const form = emptyRequest(['shop.example.com'], false);

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
    expect(wrong.error).toBe('localhost is not a name like shop.example.com');
    expect(wrong.form.names).toEqual(['shop.example.com']);
    expect(withTyped({ ...form, typed: '*.example.com' }).error).toMatch(/^\*\.example\.com needs an entry in its DNS/);
  });
});

describe('the request', () => {
  it('counts the name that is still being typed', () => {
    const judged = judgeRequest({ ...form, typed: 'www.example.com', email: ' me@example.com ' });
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
    const judged = judgeRequest({ ...form, names: [], authority: 'other', url: 'http://ca.example.com', root: 'no pem', email: 'me' });
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
    const filled = { ...form, url: 'https://ca.example.com/dir', root };
    const other = judgeRequest({ ...filled, authority: 'other' });
    expect(other.ok && other.request.directory).toEqual({ kind: 'other', url: 'https://ca.example.com/dir', root });
    const staging = judgeRequest({ ...filled, authority: 'letsencrypt-staging' });
    expect(staging.ok && staging.request.directory).toEqual({ kind: 'letsencrypt-staging' });
  });
});
