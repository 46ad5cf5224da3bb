import { describe, expect, it } from 'vitest';
import { certificateRequest, dnsProvider, dnsProviders } from '../contract/index.ts';
import { certbotArguments } from './certbot.ts';
import { credentialsOf, pluginReason, propagationIn, withoutSecrets } from './dns.ts';
import { renewerBy } from './renewers.ts';

const request = (challenge: unknown) =>
  certificateRequest.parse({
    names: ['*.example.com', 'example.com'],
    directory: { kind: 'letsencrypt' },
    challenge,
    email: null,
    key: 'ecdsa',
    renew: false,
  });
const dns = { kind: 'dns', provider: 'cloudflare', credentials: null, propagationSeconds: null };

describe('a request', () => {
  it('is for an answer over HTTP unless it says otherwise', () => {
    expect(request(undefined).challenge).toEqual({ kind: 'http' });
  });

  it.each([
    ['no credentials in the text', { credentials: ' \n ' }],
    ['another provider', { provider: 'example' }],
    ['a provider that is an option', { provider: 'route53 --x' }],
    ['no time', { propagationSeconds: 0 }],
    ['more than an hour', { propagationSeconds: 4_000 }],
  ])('is refused with %s', (_, change) => {
    expect(() => request({ ...dns, ...change })).toThrow();
  });
});

describe("certbot's command line for DNS", () => {
  it.each(dnsProvider.options)('has the plugin of %s, and no secret', (provider) => {
    const secret = 'correct-horse-battery';
    const argv = certbotArguments(request({ ...dns, provider, credentials: `dns_x_token = ${secret}` }), 77).join(' ');
    expect(argv).toContain(`--authenticator dns-${provider} `);
    expect(argv).not.toContain(secret);
    expect(argv).not.toContain('--manual');
    // Route 53's plugin has no option for a file, and waits by itself.
    expect(argv.includes(`--dns-${provider}-credentials /etc/letsencrypt/credentials `)).toBe(provider !== 'route53');
    expect(argv.includes(`--dns-${provider}-propagation-seconds 77 `)).toBe(dnsProviders[provider].propagationSeconds !== null);
  });

  it('leaves the time to the plugin when none is asked for', () => {
    expect(certbotArguments(request(dns)).join(' ')).not.toContain('propagation');
  });
});

describe('renewing services', () => {
  it('have a name, a folder and an image of their own', () => {
    const all = (['http', ...dnsProvider.options] as const).map(renewerBy);
    for (const key of ['service', 'hostFolder', 'image'] as const) expect(new Set(all.map((each) => each[key])).size).toBe(all.length);
    expect(renewerBy('http')).toMatchObject({ service: 'longshore-certificates', image: 'certbot/certbot:v2.1.0' });
    expect(renewerBy('route53').environment).toContain('AWS_SHARED_CREDENTIALS_FILE=/etc/letsencrypt/credentials');
  });
});

describe('credentials', () => {
  it('are what goes in', () => {
    expect(credentialsOf(request({ ...dns, credentials: '\na = b\n\n' }))).toBe('a = b\n');
    expect(credentialsOf(request(dns))).toBeNull();
    expect(credentialsOf(request({ kind: 'http' }))).toBeNull();
  });

  it.each([
    ['a value', 'dns_cloudflare_api_token = s3cr3t-value', 'token s3cr3t-value is bad', 'token … is bad'],
    ['a quoted value', 'dns_cloudflare_api_token="s3cr3t-value"', 'token s3cr3t-value is bad', 'token … is bad'],
    [
      'a value of its own',
      's3cr3t-value==',
      "Invalid line ('s3cr3t-value==') (matched as neither",
      "Invalid line ('…') (matched as neither",
    ],
    ['a value in JSON', '{\n  "private_key_id": "s3cr3tvalue",\n}', 'key s3cr3tvalue', 'key …'],
    ['a value in JSON on one line', '{ "type": "x", "private_key": "MIIEvQIBADANBgkqhkiG9w0" }', 'at MIIEvQIBADANBgkqhkiG9w0', 'at …'],
    ['a line as a whole', 'token s3cr3t-value', 'line token s3cr3t-value', 'line …'],
  ])('are cut out of what is told: %s', (_, credentials, said, told) => {
    expect(withoutSecrets(said, credentials)).toBe(told);
  });

  it('leave what is no secret', () => {
    const credentials = 'dns_rfc2136_server = 192.0.2.1\ndns_rfc2136_name = certbot.\ndns_rfc2136_secret = AAAABBBB';
    expect(withoutSecrets('192.0.2.1 refuses certbot. with AAAABBBB', credentials)).toBe('192.0.2.1 refuses certbot. with …');
    expect(withoutSecrets('as it is', null)).toBe('as it is');
  });
});

describe("a plugin's reason", () => {
  it('is what stands before the offer of help', () => {
    const output = `Requesting a certificate for *.shop.test and shop.test

Saving debug log to /var/log/letsencrypt/letsencrypt.log
Missing properties in credentials configuration file /etc/letsencrypt/credentials:
 * Property "dns_rfc2136_name" not found (should be TSIG key name).
 * Property "dns_rfc2136_secret" not found (should be TSIG key secret).
Ask for help or search for solutions at https://community.letsencrypt.org. See the logfile for more.`;
    expect(pluginReason(output)).toBe(
      'Missing properties in credentials configuration file /etc/letsencrypt/credentials: ' +
        'Property "dns_rfc2136_name" not found (should be TSIG key name). Property "dns_rfc2136_secret" not found (should be TSIG key secret).',
    );
    expect(pluginReason('All is well')).toBeNull();
  });
});

describe('the waiting time', () => {
  it("is read from certbot's file", () => {
    const file = '[renewalparams]\nauthenticator = dns-ovh\ndns_ovh_propagation_seconds = 300\n';
    expect(propagationIn(file, 'ovh')).toBe(300);
    expect(propagationIn(file, 'linode')).toBeNull();
  });
});
