import { describe, expect, it } from 'vitest';
import { type RouteView, routeInWords } from '../../../src-main/contract/index.ts';
import { routeOf, rulesOf } from './route.fixture.ts';
import { guards, rulesInShort, targetAside, targetInWords } from './route-words.ts';

describe('a route in words', () => {
  it('is its host, and its path where it has one', () => {
    expect(routeInWords(routeOf())).toBe('api.example.com');
    expect(routeInWords(routeOf({ path: '/v2' }))).toBe('api.example.com/v2');
  });

  it.each<[Partial<RouteView>, string, string]>([
    [{ path: '/blog', strip: true, target: { kind: 'app', app: 'blog', port: 8125 } }, 'blog, port 8125', 'without /blog'],
    [{ strip: true }, 'shop', ''],
    [{ target: { kind: 'address', scheme: 'http', host: '10.0.0.5', port: 80, verify: false } }, 'http://10.0.0.5', ''],
    [
      { path: '/a', strip: true, target: { kind: 'address', scheme: 'https', host: 'x.example.com', port: 80, verify: false } },
      'https://x.example.com:80',
      'any certificate, without /a',
    ],
    [
      { target: { kind: 'redirect', to: 'https://new.example.com/', code: 301, keepPath: true } },
      'https://new.example.com/',
      '301, path kept',
    ],
    [{ target: { kind: 'redirect', to: 'https://new.example.com/', code: 302, keepPath: false } }, 'https://new.example.com/', '302'],
    [{ target: { kind: 'maintenance', text: ' Moving ' } }, 'Maintenance page', 'Moving'],
  ])('says where it leads: %j', (change, words, aside) => {
    expect(targetInWords(routeOf(change).target)).toBe(words);
    expect(targetAside(routeOf(change))).toBe(aside);
  });
});

describe('rules in short', () => {
  it('say who may come in first, and count what is long', () => {
    const set = { action: 'remove', name: 'X-A' } as const;
    const rules = rulesOf({
      users: [{ name: 'kim' }, { name: 'lee' }],
      allow: ['10.0.0.0/8'],
      rate: { requests: 60, seconds: 60 },
      requestHeaders: [set, set],
      responseHeaders: [set],
    });
    expect(rulesInShort(rules)).toBe('2 users, only from 10.0.0.0/8, 60/min, 3 headers');
    expect(
      rulesInShort(rulesOf({ deny: ['10.0.0.1', '10.0.0.2'], rate: { requests: 5, seconds: 7 }, mostBytes: 2_500_000, answerSeconds: 90 })),
    ).toBe('not from 2 addresses, 5 in 7 s, up to 2.5 MB, answers within 1 min 30 s');
    expect(rulesInShort(rulesOf({}))).toBe('');
  });

  it('tell guards from what only changes requests', () => {
    expect(guards(rulesOf({ responseHeaders: [{ action: 'remove', name: 'Server' }], answerSeconds: 5 }))).toBe(false);
    for (const one of [
      { users: [{ name: 'kim' }] },
      { allow: ['::1'] },
      { deny: ['::1'] },
      { rate: { requests: 1, seconds: 1 } },
      { mostBytes: 0 },
    ]) {
      expect(guards(rulesOf(one))).toBe(true);
    }
  });
});
