import { describe, expect, it } from 'vitest';
import { appOf, routeOf, rulesOf } from './route.fixture.ts';
import { openNames, searched, servedRows, servedWithout } from './served.ts';

const apps = [appOf('shop', 'shop.1-2-3-4.sslip.io', 'shop.example.com'), appOf('blog', 'blog.example.com')];
const redirect = { kind: 'redirect', to: 'https://new.example.com', code: 308, keepPath: true } as const;

describe('what is served', () => {
  const routes = [
    routeOf({ id: 'r3', host: 'shop.example.com', path: '/old', target: redirect }),
    routeOf({ id: 'r2', host: 'shop.example.com' }),
    routeOf({ id: 'r1', host: '*.example.com', target: { kind: 'app', app: 'blog', port: null } }),
  ];

  it('stands by host, then path, with the domains of apps between', () => {
    expect(servedRows(routes, apps).map((row) => [row.host, row.path, row.kind === 'route' ? row.route.id : row.covered])).toEqual([
      ['*.example.com', '/', 'r1'],
      ['blog.example.com', '/', false],
      ['shop.1-2-3-4.sslip.io', '/', false],
      ['shop.example.com', '/', 'r2'],
      ['shop.example.com', '/', true],
      ['shop.example.com', '/old', 'r3'],
    ]);
  });

  it('is found by host, path and where it leads', () => {
    const found = (search: string): readonly string[] => searched(servedRows(routes, apps), search).map((row) => `${row.host}${row.path}`);
    expect(found(' OLD shop ')).toEqual(['shop.example.com/old']);
    expect(found('new.example')).toEqual(['shop.example.com/old']);
    expect(found('blog')).toEqual(['*.example.com/', 'blog.example.com/']);
    expect(found('nothing')).toEqual([]);
    expect(found(' ')).toHaveLength(6);
  });
});

describe('what visitors get without a route', () => {
  it('is the next shorter path of the host, by whole segments', () => {
    const route = routeOf({ path: '/a/b' });
    const others = [routeOf({ id: 'r2', path: '/' }), routeOf({ id: 'r3', path: '/a' }), routeOf({ id: 'r4', path: '/a/' + 'bc' })];
    expect(servedWithout(route, [route, ...others], apps)).toMatchObject({ kind: 'route', route: { id: 'r3' } });
  });

  it('is the app whose domain it is, else what a wildcard leads to, else nothing', () => {
    const wildcard = routeOf({ id: 'r9', host: '*.example.com', target: redirect });
    const without = (host: string, ...others: ReturnType<typeof routeOf>[]) =>
      servedWithout(routeOf({ host }), [routeOf({ host }), ...others], apps);
    expect(without('shop.example.com', wildcard)).toEqual({ kind: 'domain', app: 'shop' });
    expect(without('else.example.com', wildcard)).toMatchObject({ kind: 'route', route: { id: 'r9' } });
    expect(without('a.else.example.com', wildcard)).toEqual({ kind: 'nothing' });
    expect(without('example.com', wildcard)).toEqual({ kind: 'nothing' });
    expect(servedWithout(wildcard, [wildcard], apps)).toEqual({ kind: 'nothing' });
  });
});

describe('names that rules leave open', () => {
  const guarded = rulesOf({ users: [{ name: 'kim' }] });

  it('are the other domains of the app', () => {
    expect(openNames({ host: 'shop.example.com', path: '/' }, 'shop', [], apps)).toEqual(['shop.1-2-3-4.sslip.io']);
    expect(openNames({ host: 'inside.example.com', path: '/' }, 'shop', [], apps)).toEqual(['shop.1-2-3-4.sslip.io', 'shop.example.com']);
    expect(openNames({ host: 'blog.example.com', path: '/' }, 'blog', [], apps)).toEqual([]);
  });

  it('are not those that have rules of their own there, or lead elsewhere', () => {
    const open = (...others: ReturnType<typeof routeOf>[]): readonly string[] =>
      openNames({ host: 'shop.example.com', path: '/admin' }, 'shop', others, apps);
    const host = 'shop.1-2-3-4.sslip.io';
    expect(open(routeOf({ host }))).toEqual([host]);
    expect(open(routeOf({ host, rules: guarded }))).toEqual([]);
    expect(open(routeOf({ host, path: '/admin', target: redirect }))).toEqual([]);
    expect(open(routeOf({ host, path: '/admin/deep', rules: guarded }))).toEqual([host]);
    // The longer path comes first, and it has none.
    expect(open(routeOf({ host, rules: guarded }), routeOf({ id: 'r2', host, path: '/admin' }))).toEqual([host]);
  });
});
