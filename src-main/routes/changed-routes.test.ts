import { verify } from 'unixcrypt';
import { describe, expect, it } from 'vitest';
import { ExpectedError, noRules, type Route, type RouteChange, type RouteDraft, routeDraft } from '../contract/index.ts';
import { changedTable } from './changed-routes.ts';

const around = { apps: new Set(['shop', 'blog']), domains: { 'shop.example.com': 'shop', 'blog.example.com': 'blog' } };
const draft = (change: Partial<RouteDraft> = {}): RouteDraft => ({
  host: 'api.example.com',
  path: '/',
  strip: false,
  target: { kind: 'app', app: 'shop', port: null },
  rules: noRules,
  ...change,
});
const after = (routes: readonly Route[], change: RouteChange, version = 7): readonly Route[] =>
  changedTable({ routes, balancers: [] }, change, version, around).routes;
const add = (route: RouteDraft, routes: readonly Route[] = [], version = 7): readonly Route[] =>
  after(routes, { do: 'add', route }, version);

describe('a change of the routes', () => {
  it('adds one under an id that no other ever had, changes it in place, and removes it', () => {
    const one = add(draft());
    expect(one.map(({ id }) => id)).toEqual(['r7']);
    const two = add(draft({ path: '/v2', strip: true }), one, 8);
    const edited = after(two, { do: 'edit', id: 'r7', route: draft({ target: { kind: 'app', app: 'blog', port: 8080 } }) }, 9);
    expect(edited.map(({ id, target }) => [id, target.kind === 'app' && target.app])).toEqual([
      ['r7', 'blog'],
      ['r8', 'shop'],
    ]);
    expect(after(edited, { do: 'remove', id: 'r7' }, 10).map(({ id }) => id)).toEqual(['r8']);
  });

  it('hashes passwords, and keeps those that are not given anew', () => {
    const users = (...given: RouteDraft['rules']['users']): RouteDraft => draft({ rules: { ...noRules, users: given } });
    const first = add(users({ name: 'kim', password: 'secret' }));
    const hash = first[0]?.rules.users[0]?.hash ?? '';
    expect(JSON.stringify(first)).not.toContain('secret');
    expect(verify('secret', hash)).toBe(true);
    const second = after(first, { do: 'edit', id: 'r7', route: users({ name: 'kim', password: null }, { name: 'lee', password: 'x' }) });
    expect(second[0]?.rules.users[0]?.hash).toBe(hash);
    expect(() => add(users({ name: 'kim', password: null }))).toThrow(/no password yet/);
    expect(() => add(users({ name: 'kim', password: 'a' }, { name: 'kim', password: 'b' }))).toThrow(/two users kim/);
  });

  it('is refused with the name of what is in the way', () => {
    const there = add(draft());
    const refusals: readonly (readonly [() => unknown, string])[] = [
      [() => add(draft(), there), 'name-taken'],
      [() => add(draft({ target: { kind: 'app', app: 'nobody', port: null } })), 'not-found'],
      [() => add(draft({ host: 'shop.example.com', target: { kind: 'app', app: 'blog', port: null } })), 'domain-taken'],
      [() => add(draft({ host: 'shop.example.com', target: redirect('https://x.example.com/') })), 'domain-taken'],
      [() => add(draft({ target: redirect('https://api.example.com/new') })), 'invalid-input'],
      [() => add(draft({ host: '*.example.com', target: redirect('https://www.example.com/') })), 'invalid-input'],
      [() => add(draft({ host: '*.test' })), 'invalid-input'],
      [() => after(there, { do: 'remove', id: 'r1' }), 'not-found'],
      [() => after(there, { do: 'edit', id: 'r1', route: draft() }), 'not-found'],
    ];
    for (const [act, code] of refusals) expect(codeOf(act)).toBe(code);
  });

  it('lets rules guard an app’s own domain, and parts of it lead elsewhere', () => {
    expect(add(draft({ host: 'shop.example.com' }))).toHaveLength(1);
    expect(add(draft({ host: 'shop.example.com', path: '/blog', target: { kind: 'app', app: 'blog', port: null } }))).toHaveLength(1);
    expect(add(draft({ host: 'shop.example.com', target: { kind: 'maintenance', text: '' } }))).toHaveLength(1);
    expect(add(draft({ path: '/old', target: redirect('https://api.example.com/new') }))).toHaveLength(1);
  });
});

describe('what a user types', () => {
  it.each<[string, unknown]>([
    ['a path with a space', { path: '/a b' }],
    ['a path that ends with a slash', { path: '/a/' }],
    ['a path upwards', { path: '/a/../b' }],
    ['a path with a quote', { path: "/a'b" }],
    ['a host with a newline', { host: 'a.example.com\nb' }],
    ['a header name with a space', { rules: { ...noRules, requestHeaders: [{ action: 'remove', name: 'X Y' }] } }],
    ['a header value with a newline', { rules: { ...noRules, responseHeaders: [{ action: 'set', name: 'X', value: 'a\r\nY: b' }] } }],
    ['an address that is none', { rules: { ...noRules, allow: ['10.0.0.0/33'] } }],
    ['an address that is a name', { rules: { ...noRules, deny: ['example.com'] } }],
    ['a redirect to a script', { target: redirect('javascript:alert(1)') }],
    ['a redirect with a quote', { target: redirect("https://x.example.com/'") }],
    ['a redirect with a query that is to take the path along', { target: { ...redirect('https://x.example.com/?a'), keepPath: true } }],
    ['a certificate checked for a number', { target: { kind: 'address', scheme: 'https', host: '192.0.2.7', port: 443, verify: true } }],
    ['an address with a path', { target: { kind: 'address', scheme: 'http', host: 'x.example.com/a', port: 80, verify: false } }],
  ])('is refused: %s', (_, bad) => {
    expect(routeDraft.safeParse({ ...draft(), ...(bad as object) }).success).toBe(false);
  });
});

function codeOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error instanceof ExpectedError ? error.code : error;
  }
  return null;
}

function redirect(to: string): RouteDraft['target'] {
  return { kind: 'redirect', to, code: 308, keepPath: false };
}

describe('what stands before the server', () => {
  it('is kept through changes of routes, and changed whole, each address once', () => {
    const before = { routes: [], balancers: ['10.0.0.2'] };
    expect(changedTable(before, { do: 'add', route: draft() }, 7, around)).toMatchObject({
      routes: [{ id: 'r7' }],
      balancers: ['10.0.0.2'],
    });
    const change = { do: 'balancers', balancers: ['10.0.0.3', '10.0.0.3'] } as const;
    expect(changedTable(before, { ...change, balancers: [...change.balancers] }, 7, around)).toEqual({
      routes: [],
      balancers: ['10.0.0.3'],
    });
  });
});
