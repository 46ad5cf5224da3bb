import { describe, expect, it } from 'vitest';
import type { RouteDraft, RouteView } from '../../../src-main/contract/index.ts';
import { judgeRoute, type RouteErrors } from './judge-route.ts';
import { appOf, routeOf, rulesOf } from './route.fixture.ts';
import { emptyRoute, headerRow, type RouteForm, roughRules, routeForm, splitAddress, userRow } from './route-form.ts';
import { rulesInShort } from './route-words.ts';

const form = (change: Partial<RouteForm> = {}): RouteForm => ({ ...emptyRoute([appOf('shop')]), host: 'api.example.com', ...change });
function drafted(given: RouteForm, known: readonly string[] = []): RouteDraft {
  const judged = judgeRoute(given, known);
  if (!judged.ok) throw new Error(JSON.stringify(judged.errors));
  return judged.draft;
}
function errorsOf(given: RouteForm, known: readonly string[] = []): RouteErrors {
  const judged = judgeRoute(given, known);
  return judged.ok ? {} : judged.errors;
}

const everything: RouteView['rules'] = {
  users: [{ name: 'kim' }],
  allow: ['10.0.0.0/8', '2001:db8::/32'],
  deny: ['203.0.113.7'],
  rate: { requests: 5, seconds: 10 },
  mostBytes: 2_500_000,
  answerSeconds: 30,
  idleSeconds: 7_200,
  sticky: true,
  gzip: true,
  sendProxy: true,
  requestHeaders: [{ action: 'remove', name: 'X-Secret' }],
  responseHeaders: [{ action: 'set', name: 'X-Frame-Options', value: ' DENY ' }],
};

describe('a route in the form', () => {
  it.each<Partial<RouteView>>([
    { path: '/v2', strip: true, target: { kind: 'app', app: 'shop', port: 8125 }, rules: everything },
    { host: '*.example.com', target: { kind: 'address', scheme: 'https', host: 'x.example.com', port: 8443, verify: true } },
    { target: { kind: 'redirect', to: 'https://new.example.com/?a=1', code: 307, keepPath: false } },
    { target: { kind: 'maintenance', text: 'Moving' }, rules: rulesOf({ users: [{ name: 'kim' }], mostBytes: 0 }) },
  ])('comes out as it went in, and passwords stay as they are: %j', (change) => {
    const { id: _, ...route } = routeOf(change);
    const users = route.rules.users.map(({ name }) => ({ name, password: null }));
    expect(drafted(routeForm(routeOf(change)), ['kim'])).toEqual({ ...route, rules: { ...route.rules, users } });
    expect(rulesInShort(roughRules(routeForm(routeOf(change))))).toBe(rulesInShort(route.rules));
  });

  it('is made tidy: a pasted address, a slash at the end, lines and empty rows', () => {
    const draft = drafted(
      form({
        host: ' https://API.example.com/x ',
        path: '/v2/',
        allow: '\n10.0.0.1, 10.0.0.2\n',
        users: [userRow()],
        requestHeaders: [headerRow()],
      }),
    );
    expect(draft).toMatchObject({ host: 'api.example.com', path: '/v2', target: { kind: 'app', app: 'shop', port: null } });
    expect(draft.rules).toEqual({ ...rulesOf({ allow: ['10.0.0.1', '10.0.0.2'] }) });
    expect(splitAddress(' HTTPS://Ten.example.com:8443/ ')).toEqual({
      scheme: 'https',
      addressHost: 'ten.example.com',
      addressPort: '8443',
    });
    expect(splitAddress('10.0.0.5')).toEqual({ addressHost: '10.0.0.5' });
  });

  it('leaves out what means nothing for its target, and keeps it in the form', () => {
    const given = form({
      path: '/old',
      strip: true,
      answer: '5',
      idle: '6',
      sticky: true,
      gzip: true,
      responseHeaders: [headerRow({ action: 'set', name: 'X', value: 'y' })],
    });
    expect(drafted({ ...given, kind: 'redirect', to: 'https://new.example.com' })).toMatchObject({
      strip: false,
      rules: { answerSeconds: null, idleSeconds: null, sticky: false, gzip: false, responseHeaders: [] },
    });
    expect(drafted({ ...given, path: '' })).toMatchObject({ path: '/', strip: false, rules: { answerSeconds: 5 } });
    expect(drafted(form({ kind: 'address', addressHost: '10.0.0.5' }))).toMatchObject({ target: { port: 80, verify: false } });
  });

  it('takes sizes with a unit', () => {
    expect(drafted(form({ most: '1.5', mostUnit: 'GB' })).rules.mostBytes).toBe(1_500_000_000);
    expect(routeForm(routeOf({ rules: rulesOf({ mostBytes: 3_000 }) }))).toMatchObject({ most: '3', mostUnit: 'kB' });
  });
});

describe('what is wrong is said at its field', () => {
  it.each<[Partial<RouteForm>, keyof RouteForm, RegExp]>([
    [{ host: 'localhost' }, 'host', /looks like shop\.example\.com or \*\.example\.com/],
    [{ host: 'a.*.example.com' }, 'host', /looks like/],
    [{ path: 'v 2' }, 'path', /looks like \/api/],
    [{ path: '/a/../b' }, 'path', /no \. or \.\./],
    [{ app: null }, 'app', /Choose an app/],
    [{ port: '80a' }, 'port', /between 1 and 65535/],
    [{ kind: 'address', addressHost: 'a b' }, 'addressHost', /IPv4/],
    [{ kind: 'address', scheme: 'https', addressHost: '10.0.0.5' }, 'addressHost', /known for a name/],
    [{ kind: 'address', addressHost: 'x.example.com', addressPort: '0' }, 'addressPort', /between 1 and 65535/],
    [{ kind: 'redirect', to: 'new.example.com' }, 'to', /http or https address/],
    [{ kind: 'redirect', to: 'https://new.example.com/?a=1' }, 'to', /cannot follow/],
    [{ kind: 'maintenance', text: 'x'.repeat(501) }, 'text', /At most 500 characters/],
    [{ allow: '10.0.0.1\n10.0.0.0/33' }, 'allow', /^10\.0\.0\.0\/33: An address looks like/],
    [{ deny: 'example.com' }, 'deny', /^example\.com: An address looks like/],
    [{ rateRequests: '-1' }, 'rateRequests', /whole number/],
    [{ rateRequests: '5', rateSeconds: '' }, 'rateSeconds', /Whole seconds/],
    [{ most: 'much' }, 'most', /A size/],
    [{ answer: '0' }, 'answer', /Whole seconds/],
  ])('%j', (change, field, words) => {
    expect(errorsOf(form(change))[field]).toMatch(words);
    expect(Object.keys(errorsOf(form(change)))).toEqual([field]);
  });

  it('and in the row where it stands, empty ones not counted', () => {
    const [empty, kim, again, bad] = [
      userRow(),
      { ...userRow('kim'), password: 'x' },
      userRow('kim'),
      { ...userRow('a b'), password: 'x' },
    ];
    const header = headerRow({ action: 'set', name: 'X Y', value: 'a\nb' });
    const errors = errorsOf(form({ users: [empty, kim, again, bad], responseHeaders: [headerRow(), header] }));
    expect(errors).toEqual({
      [`${again.id} name`]: 'There are two users kim',
      [`${again.id} password`]: 'Give a password',
      [`${bad.id} name`]: expect.stringContaining('A user name has'),
      [`${header.id} name`]: expect.stringContaining('A header name has'),
      [`${header.id} value`]: expect.stringContaining('visible characters'),
    });
    expect(judgeRoute(form({ host: '' }), [])).toMatchObject({ inRules: false });
    expect(judgeRoute(form({ users: [again] }), [])).toMatchObject({ inRules: true });
  });

  it('asks for the password of a user alone whose password is not on the server', () => {
    const [kim, lee] = [userRow('kim'), userRow('lee')];
    expect(errorsOf(form({ users: [kim, lee] }), ['kim'])).toEqual({ [`${lee.id} password`]: 'Give a password' });
  });
});
