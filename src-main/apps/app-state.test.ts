import { describe, expect, it } from 'vitest';
import { appSummary, releases, serviceReplicas } from './app-state.ts';
import { entryOf, planned, recordOf, settingsOf, taskOf } from './test-data.ts';

const servers = (healthy: number, lastFailure: string | null = null) => ({ present: 4, healthy, unchecked: 0, lastFailure });

describe('the state of an app', () => {
  const services = [planned('shop', 4, 'a', { settings: settingsOf({ replicas: 2, domains: ['shop.example.com'] }) })];

  it.each([
    [2, 'live'],
    [1, 'degraded'],
    [0, 'down'],
  ] as const)('with %i of 2 healthy is %s', (healthy, state) => {
    const summary = appSummary({
      name: 'shop',
      services,
      live: 'a',
      servers: servers(healthy),
      https: ['shop.example.com', 'blog.example.com'],
    });
    expect(summary).toEqual({
      name: 'shop',
      state,
      release: 4,
      replicas: { healthy, wanted: 2 },
      hosts: ['shop.203-0-113-7.sslip.io', 'shop.example.com'],
      https: ['shop.example.com'],
    });
  });

  it('stays live while HAProxy, just reloaded, has not looked at its replicas yet', () => {
    const unseen = { present: 2, healthy: 0, unchecked: 2, lastFailure: null };
    expect(appSummary({ name: 'shop', services, live: 'a', servers: unseen, https: [] })).toMatchObject({ state: 'live', release: 4 });
  });

  it('is absent while its first release has not served', () => {
    expect(appSummary({ name: 'shop', services, live: null, servers: null, https: [] })).toMatchObject({ state: 'absent', release: null });
    expect(appSummary({ name: 'shop', services: [], live: null, servers: null, https: [] })).toMatchObject({ state: 'absent', hosts: [] });
  });

  it('is stopped when the user said so, whatever still runs', () => {
    const stopped = services.map((service) => ({ ...service, stopped: true }));
    expect(appSummary({ name: 'shop', services: stopped, live: null, servers: null, https: [] })).toMatchObject({
      state: 'stopped',
      release: 4,
    });
    expect(appSummary({ name: 'shop', services: stopped, live: 'a', servers: servers(2), https: [] })).toMatchObject({ state: 'stopped' });
  });
});

describe('replicas', () => {
  const service = planned('shop', 4, 'a', { settings: settingsOf({ replicas: 2 }) });

  it('are healthy, starting, or stopping', () => {
    const tasks = [
      taskOf({ slot: 1, createdAt: 10, desiredState: 'shutdown', id: 'old' }),
      taskOf({ slot: 1, createdAt: 20 }),
      taskOf({ slot: 2, createdAt: 30 }),
    ];
    const seen = serviceReplicas(service, tasks, servers(1, 'L4CON: Connection refused'));
    expect(seen.map((each) => [each.name, each.state, each.message])).toEqual([
      ['shop.1', 'healthy', ''],
      ['shop.1', 'stopping', ''],
      ['shop.2', 'starting', 'L4CON: Connection refused'],
    ]);
  });

  it('fail in a crash loop, also between two starts, and say with which code', () => {
    const tasks = [
      taskOf({ slot: 1, createdAt: 10, state: 'failed', desiredState: 'shutdown', exitCode: 3 }),
      taskOf({ slot: 1, createdAt: 20, state: 'ready', desiredState: 'ready' }),
    ];
    expect(serviceReplicas(service, tasks, servers(0))).toMatchObject([{ name: 'shop.1', state: 'failed', message: 'exit code 3' }]);
  });

  it('say what Docker says when it refuses to start one', () => {
    const tasks = [taskOf({ state: 'rejected', desiredState: 'shutdown', error: 'No such image', containerId: null })];
    expect(serviceReplicas(service, tasks, servers(0))).toMatchObject([{ state: 'failed', message: 'No such image' }]);
  });
});

describe('releases', () => {
  it('are the newest first, each with what became of it', () => {
    const entries = [
      entryOf(recordOf('shop', 1), 'served'),
      entryOf(recordOf('shop', 2), 'served'),
      entryOf(recordOf('shop', 3), 'failed', { note: 'exit code 1' }),
      entryOf(recordOf('shop', 4), 'served'),
      entryOf(recordOf('shop', 5), 'unfinished'),
    ];
    const images = [2, 4, 5].map((number) => ({ id: recordOf('shop', number).image, tags: [], labels: {}, sizeBytes: 1, createdAt: 1 }));
    expect(releases(entries, 4, images).map((each) => [each.record.number, each.state, each.note])).toEqual([
      [5, 'unfinished', ''],
      [4, 'live', ''],
      [3, 'failed', 'exit code 1'],
      [2, 'kept', ''],
      [1, 'gone', ''],
    ]);
  });

  it('are live by what serves, even where the last run did not come to write it down', () => {
    expect(releases([entryOf(recordOf('shop', 5), 'unfinished')], 5, [])[0]?.state).toBe('live');
  });
});
