import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultSettings } from './models/app.ts';
import { settingsChanges, settingsInWords } from './settings-changes.ts';

const settings = (change: Partial<AppSettings> = {}): AppSettings => ({ ...defaultSettings, ...change });

describe('changes of settings', () => {
  const before = settings({ environment: { A: 'secret-1', B: 'x', SAME: 'secret-4' }, domains: ['a.example.com', 'same.example.com'] });
  const after = settings({
    port: 8080,
    replicas: 3,
    environment: { A: 'secret-2', C: 'secret-3', SAME: 'secret-4' },
    domains: ['same.example.com', 'b.example.com'],
    health: { kind: 'tcp' },
    healthySeconds: 90,
    drainSeconds: 5,
  });

  it('name everything that differs, in words', () => {
    expect(settingsChanges(before, after).map(({ what, text }) => `${what}: ${text}`)).toEqual([
      'Port: 3000 → 8080',
      'Replicas: 1 → 3',
      'Environment: C added',
      'Environment: B removed',
      'Environment: A changed',
      'Domain: b.example.com added',
      'Domain: a.example.com removed',
      'Health check: GET / → port accepts connections',
      'Time to become healthy: 60 s → 90 s',
      'Drain: 30 s → 5 s',
    ]);
  });

  it('name it as data, numbers as numbers', () => {
    const data = settingsChanges(before, after).map(({ field, how, name, from, to }) => [field, how, name, from, to]);
    expect(data.slice(0, 3)).toEqual([
      ['port', 'changed', null, 3000, 8080],
      ['replicas', 'changed', null, 1, 3],
      ['environment', 'added', 'C', null, null],
    ]);
    expect(data.slice(5, 8)).toEqual([
      ['domains', 'added', 'b.example.com', null, 'b.example.com'],
      ['domains', 'removed', 'a.example.com', 'a.example.com', null],
      ['health', 'changed', null, 'GET /', 'port accepts connections'],
    ]);
  });

  it('hold no value of a variable, whichever way', () => {
    for (const [from, to] of [
      [before, after],
      [after, before],
    ] as const)
      expect(JSON.stringify(settingsChanges(from, to))).not.toContain('secret');
  });

  it('are none where nothing differs, in whatever order it was written', () => {
    expect(settingsChanges(before, before)).toEqual([]);
    const reordered = settings({ environment: { SAME: 'secret-4', B: 'x', A: 'secret-1' }, domains: before.domains });
    expect(settingsChanges(before, reordered)).toEqual([]);
  });

  it('tell a variable named like a property of every object from that property', () => {
    const odd = settings({ environment: { constructor: 'x', toString: 'y' } });
    expect(settingsChanges(settings(), odd).map(({ text }) => text)).toEqual(['constructor added', 'toString added']);
  });
});

it('settings in words name each setting once, and of variables the names alone', () => {
  const all = settings({ environment: { A: 'secret-1', B: 'secret-2' }, domains: ['a.example.com', 'b.example.com'] });
  const said = settingsInWords(all).map(({ what, text }) => `${what}: ${text}`);
  expect(said).toHaveLength(Object.keys(defaultSettings).length);
  expect(said).toEqual(expect.arrayContaining(['Port: 3000', 'Environment: A, B', 'Domain: a.example.com, b.example.com', 'Drain: 30 s']));
  expect(said.join()).not.toContain('secret');
  expect(settingsInWords(settings()).map(({ what, text }) => `${what}: ${text}`)).toEqual(
    expect.arrayContaining(['Environment: none', 'Domain: none']),
  );
});
