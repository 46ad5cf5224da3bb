import { describe, expect, it } from 'vitest';
import { edgeModel, refuseTakenHosts, slotRoom } from './edge-model.ts';
import { entryOf, planned, recordOf, settingsOf } from './test-data.ts';

describe('the edge model', () => {
  it('gives both slots what the only service has, and room to grow', () => {
    const model = edgeModel([planned('shop', 1, 'a', { settings: settingsOf({ port: 8080 }) })], { shop: 'a' }, []);
    const pace = { intervalSeconds: 1, timeoutSeconds: 5, failures: 3 };
    const slot = { port: 8080, health: { kind: 'http', path: '/' }, room: 4, pace };
    expect(model).toEqual({
      apps: [{ name: 'shop', slots: { a: slot, b: slot } }],
      hosts: { 'shop.203-0-113-7.sslip.io': 'shop' },
      live: { shop: 'a' },
    });
  });

  it('keeps the names of the release that serves while the next one is on its way', () => {
    const now = planned('shop', 1, 'a', { settings: settingsOf({ domains: ['old.example.com'] }) });
    const next = planned('shop', 2, 'b', { settings: settingsOf({ port: 9000, domains: ['new.example.com'], replicas: 5 }) });
    const before = edgeModel([now, next], { shop: 'a' }, []);
    expect(Object.keys(before.hosts)).toEqual(['shop.203-0-113-7.sslip.io', 'old.example.com']);
    expect(before.apps[0]?.slots.a).toMatchObject({ port: 3000, room: 8 });
    expect(before.apps[0]?.slots.b).toMatchObject({ port: 9000, room: 8 });
    expect(Object.keys(edgeModel([now, next], { shop: 'b' }, []).hosts)).toContain('new.example.com');
  });

  it('has a place to wait for apps that run one release at a time, from the first release that says so', () => {
    const alone = settingsOf({ oneAtATime: true });
    const holds = (...services: Parameters<typeof planned>[]): boolean | undefined =>
      edgeModel(
        services.map((of) => planned(...of)),
        { shop: 'a' },
        [],
      ).apps[0]?.holds;
    expect(holds(['shop', 1, 'a'])).toBeUndefined();
    expect(holds(['shop', 1, 'a'], ['shop', 2, 'b', { settings: alone }])).toBe(true);
    expect(holds(['shop', 1, 'a', { settings: alone }], ['shop', 2, 'b'])).toBe(true);
    // And for those that were paused once.
    expect(holds(['shop', 1, 'a', { holds: true }])).toBe(true);
  });

  it('takes a release for the one that serves once it was started in place of the one that the map names', () => {
    const settings = settingsOf({ oneAtATime: true });
    const live = (one: object, other: object): unknown =>
      edgeModel([planned('shop', 1, 'a', { settings, ...one }), planned('shop', 2, 'b', { settings, ...other })], { shop: 'a' }, []).live;
    expect(live({}, { idle: true })).toEqual({ shop: 'a' });
    expect(live({ idle: true }, { idle: true })).toEqual({ shop: 'a' });
    expect(live({ idle: true }, {})).toEqual({ shop: 'b' });
    const side = { settings: settingsOf() };
    expect(live({ idle: true, ...side }, side)).toEqual({ shop: 'a' });
  });

  it('has the names of a first release before it serves, so that nobody else takes them', () => {
    const model = edgeModel([planned('shop', 1, 'a')], {}, []);
    expect(model.hosts).toEqual({ 'shop.203-0-113-7.sslip.io': 'shop' });
    expect(model.live).toEqual({});
  });

  it('forgets an app of which nothing is left, and a slot in which nothing is', () => {
    expect(edgeModel([], { shop: 'a' }, [])).toEqual({ apps: [], hosts: {}, live: {} });
    expect(edgeModel([planned('shop', 2, 'b')], { shop: 'a' }, []).live).toEqual({});
  });

  it('lets the release serve that was switched to last, when the edge has lost its files', () => {
    const services = [planned('shop', 5, 'a'), planned('shop', 3, 'b')];
    const records = [entryOf(recordOf('shop', 5), 'served', { servedAt: 100 }), entryOf(recordOf('shop', 3), 'served', { servedAt: 200 })];
    expect(edgeModel(services, {}, records).live).toEqual({ shop: 'b' });
    expect(edgeModel(services, { shop: 'a' }, records).live).toEqual({ shop: 'a' });
  });

  it('takes no stopped app for one whose entry was lost, not even while an earlier release is being started', () => {
    const services = [planned('shop', 5, 'a', { stopped: true }), planned('shop', 3, 'b')];
    const records = [entryOf(recordOf('shop', 5), 'served', { servedAt: 200 }), entryOf(recordOf('shop', 3), 'served', { servedAt: 100 })];
    expect(edgeModel(services, {}, records).live).toEqual({});
  });

  it('does not depend on the order of the services', () => {
    const domains = ['both.example.com'];
    const services = [
      planned('alpha', 1, 'a', { settings: settingsOf({ domains }) }),
      planned('beta', 1, 'b', { settings: settingsOf({ domains }) }),
    ];
    const live = { alpha: 'a', beta: 'b' } as const;
    const model = edgeModel(services, live, []);
    expect(model.hosts['both.example.com']).toBe('alpha');
    expect(edgeModel([...services].reverse(), live, [])).toEqual(model);
  });

  it.each([
    [1, 4],
    [4, 4],
    [5, 8],
    [32, 32],
  ])('has room for %i replicas in %i servers', (replicas, room) => expect(slotRoom(replicas)).toBe(room));
});

describe('domains', () => {
  const services = [planned('shop', 1, 'a', { settings: settingsOf({ domains: ['shop.example.com'] }) })];

  it('names the app that has a domain already', () => {
    expect(() => refuseTakenHosts('blog', ['blog.example.com', 'shop.example.com'], services)).toThrow(
      /shop\.example\.com already leads to the app shop/,
    );
  });

  it("protects another app's default name as well", () => {
    expect(() => refuseTakenHosts('blog', ['shop.203-0-113-7.sslip.io'], services)).toThrow(/app shop/);
  });

  it('lets an app keep its own', () => {
    expect(() => refuseTakenHosts('shop', ['shop.example.com'], services)).not.toThrow();
  });
});
