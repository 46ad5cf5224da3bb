import { describe, expect, it } from 'vitest';
import { ExpectedError, type SettingsChange, settingsChange } from '../contract/index.ts';
import { changeNeeded, mergeSettings } from './settings.ts';
import { settingsOf } from './test-data.ts';

describe('merging settings', () => {
  const base = settingsOf({ port: 8080, environment: { A: '1', B: '2' }, domains: ['a.example.com'] });

  it('keeps what is not given, and replaces the environment as a whole', () => {
    expect(mergeSettings(base, {})).toEqual(base);
    expect(mergeSettings(base, { environment: { C: '3' }, port: undefined })).toEqual({ ...base, environment: { C: '3' } });
  });

  it('keeps a watch time that is not given, where the change came through the contract, too', () => {
    expect(settingsChange.parse({ replicas: 2 })).toEqual({ replicas: 2 });
    const watched = settingsOf({ watchSeconds: 0 });
    expect(mergeSettings(watched, settingsChange.parse({ replicas: 2 })).watchSeconds).toBe(0);
    expect(() => mergeSettings(watched, { watchSeconds: 601 })).toThrow(ExpectedError);
  });

  it('keeps what is said of one release at a time where nothing is said', () => {
    expect(mergeSettings(settingsOf({ oneAtATime: true }), settingsChange.parse({ port: 4000 })).oneAtATime).toBe(true);
  });

  it('has each domain once', () => {
    expect(mergeSettings(base, { domains: ['b.example.com', 'b.example.com'] }).domains).toEqual(['b.example.com']);
  });

  it('refuses what is not valid, and what Swarm has no room for', () => {
    expect(() => mergeSettings(base, { replicas: 0 })).toThrow(ExpectedError);
    const environment = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`V${index}`, 'x'.repeat(32_000)]));
    expect(() => mergeSettings(base, { environment })).toThrow(/characters; Swarm has room/);
  });
});

describe('what a change needs', () => {
  const from = settingsOf({ replicas: 2 });

  it.each<[string, SettingsChange]>([
    ['nothing', {}],
    ['scale', { replicas: 3 }],
    ['release', { port: 1 }],
    ['release', { replicas: 3, domains: ['a.example.com'] }],
    ['release', { environment: { A: '1' } }],
  ])('is %s for %o', (need, change) => {
    expect(changeNeeded(from, mergeSettings(from, change))).toBe(need);
  });
});
