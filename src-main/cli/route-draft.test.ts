import { describe, expect, it } from 'vitest';
import { ExpectedError, noRules } from '../contract/index.ts';
import { routeFrom } from './route-draft.ts';

describe('a route on the command line', () => {
  it.each([
    ['shop.example.com', 'app:shop', '/', { kind: 'app', app: 'shop', port: null }],
    ['Shop.Example.com/api/', 'app:shop:8080', '/api', { kind: 'app', app: 'shop', port: 8080 }],
    ['*.example.com', 'http://10.0.0.7:8000', '/', { kind: 'address', scheme: 'http', host: '10.0.0.7', port: 8000, verify: false }],
    ['x.example.com', 'https://y.example.com', '/', { kind: 'address', scheme: 'https', host: 'y.example.com', port: 443, verify: true }],
    [
      'x.example.com',
      'redirect:https://y.example.com/z',
      '/',
      { kind: 'redirect', to: 'https://y.example.com/z', code: 308, keepPath: false },
    ],
    ['x.example.com/', 'maintenance:Back at five', '/', { kind: 'maintenance', text: 'Back at five' }],
  ] as const)('%s leads to %s', (where, to, path, target) => {
    expect(routeFrom(where, { to })).toEqual({ host: where.split('/')[0]?.toLowerCase(), path, strip: false, target, rules: noRules });
  });

  it('takes its rules', () => {
    const flags = {
      to: 'app:shop',
      user: ['lee'],
      allow: ['10.0.0.0/8'],
      rate: '60/10',
      mostBytes: '1000',
      answerSeconds: '5',
      idleSeconds: '7200',
      sticky: true,
      gzip: true,
      sendProxy: true,
      header: ['X-A: b: c', 'X-Gone'],
    };
    const { rules } = routeFrom('x.example.com', flags, 'kim:pa:ss\n\n');
    expect(rules).toMatchObject({
      users: [
        { name: 'lee', password: null },
        { name: 'kim', password: 'pa:ss' },
      ],
      allow: ['10.0.0.0/8'],
      rate: { requests: 60, seconds: 10 },
      mostBytes: 1000,
      answerSeconds: 5,
      idleSeconds: 7200,
      sticky: true,
      gzip: true,
      sendProxy: true,
      requestHeaders: [
        { action: 'set', name: 'X-A', value: 'b: c' },
        { action: 'remove', name: 'X-Gone' },
      ],
    });
  });

  it.each([
    ['nowhere', {}],
    ['an address with a path', { to: 'https://x.example.com/a' }],
    ['a redirect with another status', { to: 'redirect:https://x.example.com', code: '200' }],
    ['a rate without a time', { to: 'app:shop', rate: '60' }],
    ['a port that is none', { to: 'app:shop:70000' }],
    ['an address block that is none', { to: 'app:shop', allow: ['10.0.0.0/99'] }],
  ])('leads not to %s', (_, flags) => {
    expect(() => routeFrom('x.example.com', flags)).toThrow(ExpectedError);
  });
});
