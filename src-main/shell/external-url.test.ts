import { expect, it } from 'vitest';
import { appUrl, externalUrl } from './external-url.ts';

it.each([
  ['https://shop.example.com/a?b=c#d', 'https://shop.example.com/a?b=c#d'],
  ['HTTPS://Shop.Example.com', 'https://shop.example.com/'],
  ['http://127.0.0.1:40123/', 'http://127.0.0.1:40123/'],
  ['http://localhost:3000', 'http://localhost:3000/'],
])('opens %s', (text, expected) => {
  expect(externalUrl(text)).toBe(expected);
});

it.each([
  'http://example.com/',
  'http://127.0.0.1.example.com/',
  'http://localhost.example.com/',
  'http://0.0.0.0/',
  'http://[::1]/',
  'file:///etc/passwd',
  'FILE:///etc/passwd',
  'smb://host/share',
  '\\\\host\\share',
  '//host/share',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'ms-msdt:/id PCWDiagnostic',
  'search-ms:query=x',
  'vscode://file/etc/passwd',
  'tabby://run',
  'ssh://-oProxyCommand=x',
  'mailto:a@example.com',
  'app://ui/',
  'about:blank',
  'blob:https://example.com/x',
  'view-source:https://example.com',
  'https:%0a//example.com',
  'https://exam\nple.com/',
  'https://example.com/\u0000',
  ' https://example.com/',
  'https://user:secret@example.com/',
  'https://example.com@evil.example/',
  'https://',
  '',
  'example.com',
])('refuses %j', (text) => {
  expect(() => externalUrl(text)).toThrow(/only https links/);
});

it('makes the address of an app from a host name, and of nothing else', () => {
  expect(appUrl('shop.198-51-100-7.sslip.io')).toBe('http://shop.198-51-100-7.sslip.io/');
  for (const host of ['shop.example.com/@evil.test', 'user@example.com', 'example.com:8080', 'EXAMPLE.com', 'file:///etc/passwd', '']) {
    expect(() => appUrl(host), host).toThrow();
  }
});
