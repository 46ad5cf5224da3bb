import { describe, expect, it } from 'vitest';
import { settingsFrom } from './settings-flags.ts';

const nothing = { domain: [], env: [] };

describe('settings as flags', () => {
  it('change what was given and nothing else', () => {
    expect(settingsFrom(nothing, { A: '1' })).toEqual({});
    expect(settingsFrom({ ...nothing, port: 4000, replicas: 2, watch: 0 }, {})).toEqual({ port: 4000, replicas: 2, watchSeconds: 0 });
    expect(settingsFrom({ ...nothing, oneAtATime: 'yes' }, {})).toEqual({ oneAtATime: true });
    expect(settingsFrom({ ...nothing, health: 'tcp' }, {})).toEqual({ health: { kind: 'tcp' } });
    const command = settingsFrom({ ...nothing, healthCommand: 'pg_isready', healthInterval: 10, healthTimeout: 2, healthRetries: 5 }, {});
    expect(command).toEqual({
      health: { kind: 'command', command: 'pg_isready' },
      healthIntervalSeconds: 10,
      healthTimeoutSeconds: 2,
      healthRetries: 5,
    });
    expect(settingsFrom({ ...nothing, health: '/healthz' }, {})).toEqual({ health: { kind: 'http', path: '/healthz' } });
  });

  it('add variables to those set before, and take the place of domains', () => {
    expect(settingsFrom({ domain: ['Shop.Example.com'], env: ['B=2', 'A=3'] }, { A: '1', C: '4' })).toEqual({
      domains: ['shop.example.com'],
      environment: { A: '3', B: '2', C: '4' },
    });
  });

  it.each([
    [{ port: 70_000 }, /^--port: /],
    [{ replicas: 0 }, /^--replicas: /],
    [{ health: 'healthz' }, /^--health: /],
    [{ healthCommand: 'a\nb' }, /^--health-command: /],
    [{ healthRetries: 0 }, /^--health-retries: /],
    [{ health: 'tcp', healthCommand: 'true' }, /exclude each other/],
    [{ watch: 601 }, /^--watch: /],
    [{ oneAtATime: 'true' }, /^--one-at-a-time: /],
    [{ domain: ['nodots'] }, /^--domain: /],
    [{ env: ['9A=hunter2'] }, /^--env 9A: (?!.*hunter2)/],
  ])('name the flag that is wrong in %j', (flags, words) => {
    expect(() => settingsFrom({ ...nothing, ...flags }, {})).toThrowError(words);
  });
});
