import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../../contract/index.ts';
import type { EdgeModel, SlotModel } from '../types.ts';
import { escapedPath, fingerprintOf, isAsWritten, renderConfig } from './config.ts';
import { backendName, checkedModel, parseBackendName, slotAlias } from './model.ts';

const slot: SlotModel = { port: 3000, health: { kind: 'http', path: '/' }, room: 4 };
const model = (name: string, health: SlotModel['health'] = slot.health): EdgeModel => ({
  apps: [{ name, slots: { a: { ...slot, health }, b: slot } }],
  hosts: {},
  live: {},
});

describe('the configuration', () => {
  it('is the same text for the same apps in any order, and names itself', () => {
    const [shop, blog] = [...model('shop').apps, ...model('blog').apps];
    if (!shop || !blog) throw new Error('no apps');
    const text = renderConfig({ apps: [shop, blog] });
    expect(renderConfig({ apps: [blog, shop] })).toBe(text);
    expect(fingerprintOf(text)).toMatch(/^[0-9a-f]{32}$/);
    expect(fingerprintOf(renderConfig({ apps: [shop] }))).not.toBe(fingerprintOf(text));
  });

  it('has lines that HAProxy can read: it takes 2,048 bytes', () => {
    const text = renderConfig(model('a'.repeat(40), { kind: 'http', path: `/${"'".repeat(199)}` }));
    expect(Math.max(...text.split('\n').map((line) => Buffer.byteLength(line)))).toBeLessThan(2_000);
  });

  it('answers challenges before it sends anybody to https, and probes never', () => {
    const lines = renderConfig({ apps: [] }).split('\n');
    const at = (part: string): number => lines.findIndex((line) => line.includes(part));
    expect(at('acme-challenge')).toBeGreaterThan(0);
    expect(at('redirect scheme https')).toBeGreaterThan(at('acme-challenge'));
    expect(lines[at('redirect scheme https')]).toContain('!{ var(txn.probe) -m bool }');
  });

  it('is known as written until somebody changes a line, the first ones among them', () => {
    const text = renderConfig(model('shop'));
    expect(isAsWritten(text)).toBe(true);
    for (const [from, to] of [
      ['timeout client 60s', 'timeout client 61s'],
      ['fd-hard-limit 50000', 'fd-hard-limit 60000'],
      ['# Written by', '# written by'],
      [/$/, '\n# mine\n'],
      [/^ {2}description .*\n/m, ''],
    ] as const) {
      expect(isAsWritten(text.replace(from, to)), String(from)).toBe(false);
    }
  });

  it('never sends a request twice', () => {
    const [shop] = model('shop').apps;
    if (!shop) throw new Error('no app');
    expect(renderConfig({ apps: [{ ...shop, holds: true }] })).not.toMatch(/retry-on/);
  });

  it('has a place to wait only for apps that hold, and there only a server that is not checked', () => {
    const [shop, blog] = [...model('shop').apps, ...model('blog').apps];
    if (!shop || !blog) throw new Error('no apps');
    expect(renderConfig({ apps: [{ ...shop, holds: false }, blog] })).toBe(renderConfig({ apps: [shop, blog] }));
    expect(renderConfig({ apps: [shop, blog] })).not.toContain('hold_');
    const lines = renderConfig({ apps: [{ ...shop, holds: true }, blog] }).split('\n');
    const at = lines.indexOf('backend be_shop_hold');
    expect(lines.slice(at)).toEqual(
      expect.arrayContaining([
        '  retries 60',
        '  server hold 127.0.0.1:9 backup no-check',
        `  server-template a 4 0a-shop:3000 no-check track be_shop_gate_a/open init-addr none`,
      ]),
    );
    // Rules of the hold come before the general one, or nobody would ever wait.
    const uses = lines.filter((line) => line.startsWith('  use_backend'));
    expect(uses.map((line) => line.split(' ')[3])).toEqual([
      ...Array<string>(4).fill('be_shop_hold'),
      '%[var(txn.app),map(/etc/edge/slots.map,be_no_release)]',
    ]);
  });
});

describe('what a user typed', () => {
  const hostile = [
    "/x'\n  http-request deny",
    '/"$HOME"',
    '/%[env(PATH)]',
    '/\\',
    '/#',
    '/a b',
    "/'",
    '/\u0000',
    '/é',
    '/`id`',
    `/$${'{x}'}`,
  ];

  it.each(hostile)('stays inside its quotes: %j', (path) => {
    expect(escapedPath(path)).toMatch(/^[A-Za-z0-9/?&=:@!$()*+,;%._~-]*$/);
  });

  it('keeps a path with a query as it is', () => {
    expect(escapedPath('/health?full=1&x=%20a')).toBe('/health?full=1&x=%20a');
  });

  it.each<[string, unknown]>([
    ['a name of an app with a newline', model('shop\n  bind :81')],
    ['a name of an app with a quote', model("sh'op")],
    ['a name of an app with a space', model('shop x')],
    ['a port that is text', { ...model('shop'), apps: [{ name: 'shop', slots: { a: { ...slot, port: '80 # x' }, b: slot } }] }],
    ['a health path with a newline', model('shop', { kind: 'http', path: '/x\nbackend y' })],
    ['a health path that begins elsewhere', model('shop', { kind: 'http', path: 'x' })],
    ['a host with a newline', { ...model('shop'), hosts: { 'a.example.com\nb.example.com': 'shop' } }],
    ['a host with a space', { ...model('shop'), hosts: { 'a.example.com be_x': 'shop' } }],
    ['a host that leads to no app', { ...model('shop'), hosts: { 'a.example.com': 'be_shop_a' } }],
    ['a slot that is none', { ...model('shop'), live: { shop: 'c' } }],
  ])('is refused: %s', (_, bad) => {
    expect(() => checkedModel(bad as EdgeModel)).toThrow(ExpectedError);
  });
});

describe('names', () => {
  it('of backends can be taken apart again', () => {
    for (const app of ['shop', 'shop-a', 'a', 'be-a']) {
      expect(parseBackendName(backendName(app, 'b'))).toEqual({ app, slot: 'b' });
    }
    for (const name of ['be_no_release', 'be_unknown_host', 'be__a', 'x', '']) expect(parseBackendName(name)).toBeNull();
  });

  it('of slots are no name that an app can have', () => {
    for (const app of ['shop', '0a-shop']) {
      const alias = slotAlias(app, 'a');
      expect(alias).toMatch(/^[0-9]/);
      expect(() => checkedModel(model(alias))).toThrow(ExpectedError);
    }
  });
});
