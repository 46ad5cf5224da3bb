import { expect, it } from 'vitest';
import { assetPath, contentType } from './assets.ts';

const folder = '/opt/app/out/renderer';

it.each([
  ['app://ui/', '/opt/app/out/renderer/index.html'],
  ['app://ui', '/opt/app/out/renderer/index.html'],
  ['app://ui/assets/index.js?v=1#x', '/opt/app/out/renderer/assets/index.js'],
  ['app://ui/assets/a%20b.css', '/opt/app/out/renderer/assets/a b.css'],
  // The parser itself takes out what is written plainly, and stays inside.
  ['app://ui/../../main/main.js', '/opt/app/out/renderer/main/main.js'],
])('%s is %s', (url, file) => {
  expect(assetPath(folder, url)).toBe(file);
});

it.each([
  'app://ui/%2e%2e%2fmain/main.js',
  'app://ui/..%2fmain%2fmain.js',
  'app://ui/assets/..%2f..%2f..%2f..%2fetc/passwd',
  'app://ui/%2e%2e%5cmain.js',
  'app://ui/..%5c..%5cmain.js',
  'app://ui/index.html%00.png',
  'app://ui/%ff%fe',
  'app://other/index.html',
  'app://ui:80/index.html',
  'https://ui/index.html',
  'file:///etc/passwd',
  'not a url',
])('%s is nothing', (url) => {
  expect(assetPath(folder, url)).toBeNull();
});

it('gives what it does not know a type that no page executes', () => {
  expect(contentType('/x/a.js')).toBe('text/javascript; charset=utf-8');
  expect(contentType('/x/a.exe')).toBe('application/octet-stream');
  expect(contentType('/x/constructor')).toBe('application/octet-stream');
});
