import { describe, expect, it } from 'vitest';
import { type CertificateRequest, certificateRequest } from '../contract/index.ts';
import { accountSettings, adviceOn, authorityName, authorityReason, certbotArguments, certificateName, renewalFailure } from './certbot.ts';

const request: CertificateRequest = {
  names: ['shop.example.com', 'www.shop.example.com'],
  directory: { kind: 'letsencrypt' },
  challenge: { kind: 'http' },
  email: null,
  key: 'ecdsa',
  renew: false,
};

describe("certbot's command line", () => {
  it('asks the authority for all names, and leaves a certificate that is not due alone', () => {
    const argv = certbotArguments(request);
    expect(argv.slice(0, 3)).toEqual(['certbot', 'certonly', '--non-interactive']);
    expect(argv).toContain('https://acme-v02.api.letsencrypt.org/directory');
    expect(argv).toContain('--register-unsafely-without-email');
    expect(argv).toContain('--keep-until-expiring');
    expect(argv.slice(-4)).toEqual(['-d', 'shop.example.com', '-d', 'www.shop.example.com']);
  });

  it('renews by force, with an address, an RSA key and another authority when asked to', () => {
    const argv = certbotArguments({
      ...request,
      renew: true,
      key: 'rsa',
      email: 'me@example.com',
      directory: { kind: 'other', url: 'https://ca.example.com/acme', root: null, account: null },
    });
    expect(argv).toContain('--force-renewal');
    expect(argv.join(' ')).toContain('--email me@example.com --server https://ca.example.com/acme');
    expect(argv.join(' ')).toContain('--key-type rsa');
  });

  it('is built from checked data alone', () => {
    for (const names of [['--dry-run'], ['a b.example.com'], ['x.example.com\n'], ["x'.example.com"], ['*.*.example.com'], ['*'], []]) {
      expect(certificateRequest.safeParse({ ...request, names }).success, JSON.stringify(names)).toBe(false);
    }
    for (const url of ['http://ca.example.com', 'file:///etc/passwd', '--server', 'https://']) {
      expect(certificateRequest.safeParse({ ...request, directory: { kind: 'other', url, root: null, account: null } }).success, url).toBe(
        false,
      );
    }
    expect(certificateRequest.safeParse({ ...request, email: '-x@example.com --foo' }).success).toBe(false);
  });

  it('has an account in its settings, of checked data alone', () => {
    const other = { kind: 'other', url: 'https://ca.example.com/acme', root: null } as const;
    const account = { keyId: 'kid-1', hmacKey: 'abc_-DEF12' };
    expect(accountSettings({ ...other, account })).toBe('eab-kid = kid-1\neab-hmac-key = abc_-DEF12\n');
    expect(accountSettings({ ...other, account: null })).toBe('');
    expect(accountSettings({ kind: 'letsencrypt' })).toBe('');
    for (const wrong of [{ keyId: 'a\nhook = x' }, { keyId: 'a b' }, { keyId: '' }, { hmacKey: 'abcdefgh\n' }, { hmacKey: 'abc def gh' }]) {
      const parsed = certificateRequest.safeParse({ ...request, directory: { ...other, account: { ...account, ...wrong } } });
      expect(parsed.success, JSON.stringify(wrong)).toBe(false);
    }
  });

  it('names certificates and authorities', () => {
    expect(certificateName(['*.example.com', 'example.com'])).toBe('_.example.com');
    expect(authorityName({ kind: 'other', url: 'https://ca.example.com:14000/dir', root: null, account: null })).toBe(
      'ca.example.com:14000',
    );
  });
});

const failed = `Saving debug log to /var/log/letsencrypt/letsencrypt.log
Requesting a certificate for shop.example.com and www.shop.example.com
Hook '--manual-auth-hook' for shop.example.com ran with output:

Certbot failed to authenticate some domains (authenticator: manual). The Certificate Authority reported these problems:
  Domain: shop.example.com
  Type:   dns
  Detail: DNS problem: NXDOMAIN looking up A for shop.example.com - check that a DNS record exists for this
  domain

  Domain: www.shop.example.com
  Type:   connection
  Detail: 192.0.2.1: Fetching http://www.shop.example.com/.well-known/acme-challenge/x: Timeout during connect (likely firewall problem)

Hint: The Certificate Authority failed to verify the manually created challenge files.

Some challenges have failed.
`;

describe("the authority's reason", () => {
  it('is given for each name', () => {
    expect(authorityReason(failed)).toBe(
      'shop.example.com: DNS problem: NXDOMAIN looking up A for shop.example.com - check that a DNS record exists for this domain\n' +
        'www.shop.example.com: 192.0.2.1: Fetching http://www.shop.example.com/.well-known/acme-challenge/x: Timeout during connect (likely firewall problem)',
    );
  });

  it('is that of the order where no challenge came about', () => {
    const words = 'Error creating new order :: too many certificates (5) already issued for this exact set of domains in the last 168h0m0s';
    expect(authorityReason(`Saving debug log\nAn unexpected error occurred:\n${words}\nAsk for help`)).toBe(words);
    expect(authorityReason('Saving debug log\nAll is well')).toBeNull();
  });

  it('is why it makes no account', () => {
    const words = 'Server requires external account binding. Please use --eab-kid and --eab-hmac-key.';
    expect(authorityReason(`Saving debug log\nUnable to register an account with ACME server. ${words}\nAsk for help`)).toBe(words);
  });

  it('comes with advice where it is not about the proof', () => {
    expect(adviceOn('Error creating new order :: too many certificates (5) already issued')).toMatch(/^Wait/);
    expect(adviceOn('Server requires external account binding')).toContain('key ID');
    expect(adviceOn('CAA record for example.com prevents issuance')).toContain('CAA');
    expect(adviceOn('Order included an identifier for which issuance is forbidden by policy')).toContain('another name');
    expect(adviceOn('DNS problem: NXDOMAIN looking up A for shop.example.com')).toBeNull();
  });

  it('is found for the certificate that was not renewed, among others', () => {
    const output = `Processing /etc/letsencrypt/renewal/a.example.com.conf
Renewing an existing certificate for a.example.com

Processing /etc/letsencrypt/renewal/shop.example.com.conf
${failed}
Failed to renew certificate shop.example.com with error: Some challenges have failed.
`;
    expect(renewalFailure(output, 'a.example.com')).toBeNull();
    expect(renewalFailure(output, 'shop.example.com')).toMatch(/^shop\.example\.com: DNS problem/);
    expect(renewalFailure('Failed to renew certificate b.example.com with error: no network', 'b.example.com')).toBe('no network');
  });
});
