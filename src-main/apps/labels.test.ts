import { describe, expect, it } from 'vitest';
import { appServices, labelNames, releaseEntries, serviceLabels } from './labels.ts';
import { entryOf, planned, recordOf, running, settingsOf } from './test-data.ts';

describe('service labels', () => {
  it('say again what they were made of, without the environment', () => {
    const settings = settingsOf({ port: 8080, replicas: 3, domains: ['shop.example.com'], environment: { SECRET: 'hunter2' } });
    const { service } = running('shop', 4, 'b', { settings });
    expect(JSON.stringify(service.labels)).not.toContain('hunter2');
    const { environment: _, ...rest } = settings;
    expect(appServices([service])).toEqual([{ ...planned('shop', 4, 'b', { settings: rest }), idle: false, service }]);
  });

  it('of a release made before there was a watch time have the default one', () => {
    const { service } = running('shop', 4, 'b', { settings: settingsOf({ watchSeconds: 60 }) });
    expect(appServices([service])[0]?.settings.watchSeconds).toBe(60);
    const { watchSeconds: _, ...old } = settingsOf();
    const labels = { ...service.labels, [labelNames.settings]: JSON.stringify(old) };
    expect(appServices([{ ...service, labels }])[0]?.settings.watchSeconds).toBe(10);
  });

  it('pass over what is not ours', () => {
    const { service } = running('shop', 4, 'b');
    expect(appServices([{ ...service, labels: { 'com.example': 'x' } }])).toEqual([]);
  });

  it.each([
    { [labelNames.schema]: '2' },
    { [labelNames.slot]: 'c' },
    { [labelNames.settings]: '{"port":"x"}' },
    { [labelNames.settings]: 'no json' },
  ])('stop everything when they are ours and cannot be read: %o', (change) => {
    const { service } = running('shop', 4, 'b');
    expect(() => appServices([{ ...service, labels: { ...service.labels, ...change } }])).toThrow(/shop-r4 cannot be read/);
  });

  it('mark a stopped app', () => {
    expect(serviceLabels(planned('shop', 1, 'a', { stopped: true }))[labelNames.stopped]).toBe('true');
    expect(labelNames.stopped in serviceLabels(planned('shop', 1, 'a'))).toBe(false);
  });
});

describe('release records', () => {
  it('are read back with what changed since', () => {
    const labels = {
      [labelNames.note]: 'a note',
      [labelNames.probe]: '{"requests":120,"failed":0,"slowestMs":31}',
      [labelNames.replicas]: '5',
      [labelNames.servedAt]: '1700000000000',
    };
    const [entry] = releaseEntries([entryOf(recordOf('shop', 2), 'served', { labels }).config]);
    expect(entry).toMatchObject({
      outcome: 'served',
      note: 'a note',
      probe: { requests: 120, failed: 0, slowestMs: 31 },
      servedAt: 1_700_000_000_000,
    });
    expect(entry?.record.settings.replicas).toBe(5);
  });

  it('are left out when they cannot be read, and so are leases', () => {
    const { config } = entryOf(recordOf('shop', 2), 'served');
    const configs = [
      { ...config, data: 'no json' },
      { ...config, labels: { ...config.labels, [labelNames.outcome]: 'eaten' } },
      { ...config, labels: { ...config.labels, [labelNames.kind]: 'lease' } },
    ];
    expect(releaseEntries(configs)).toEqual([]);
  });

  it('come in the order of their numbers', () => {
    const configs = [10, 9, 11].map((number) => entryOf(recordOf('shop', number), 'served').config);
    expect(releaseEntries(configs).map((entry) => entry.record.number)).toEqual([9, 10, 11]);
  });
});
