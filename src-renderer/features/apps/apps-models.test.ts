import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultSettings, type Release, type ReleaseChange } from '../../../src-main/contract/index.ts';
import {
  domainError,
  formSettings,
  hasErrors,
  portError,
  settingsChange,
  settingsErrors,
  settingsForm,
  tidyDomain,
} from '../app-settings/settings-form.ts';
import { changesInShort, rollBackTarget } from './release-diff.ts';

const nobody = (): null => null;
const settings = (change: Partial<AppSettings> = {}): AppSettings => ({ ...defaultSettings, ...change });
const release = (number: number, state: Release['state'], change: Partial<AppSettings> = {}): Release => ({
  record: {
    schema: 1,
    app: 'shop',
    number,
    image: `sha256:${number}`,
    settings: settings(change),
    source: null,
    build: 'node',
    by: 'a@b',
    createdAt: 0,
  },
  state,
  note: '',
  probe: null,
  comparison: null,
});

const change = (field: ReleaseChange['field'], what: string, name: string | null = null): ReleaseChange => ({
  field,
  what,
  name,
  how: 'changed',
  from: null,
  to: null,
  text: '',
});

describe('what a release changed, in short', () => {
  it('names the code, single settings, and how many variables and domains', () => {
    const all = [
      change('image', 'Image'),
      change('source', 'Source'),
      change('build', 'Dockerfile'),
      change('port', 'Port'),
      change('environment', 'Environment', 'A'),
      change('environment', 'Environment', 'B'),
      change('domains', 'Domain', 'a.example.com'),
      change('health', 'Health check'),
      change('by', 'Made by'),
    ];
    expect(changesInShort(all)).toBe('Code, Dockerfile, port, health check, 2 variables, 1 domain');
    expect(changesInShort([change('image', 'Image')])).toBe('Image');
    expect(changesInShort([change('by', 'Made by')])).toBe('Nothing');
    expect(changesInShort([])).toBe('Nothing');
  });
});

describe('rolling back', () => {
  const releases = [release(5, 'live', { port: 8080 }), release(4, 'failed'), release(3, 'kept'), release(2, 'kept'), release(1, 'gone')];

  it('goes to the newest kept release before the live one', () => {
    expect(rollBackTarget(releases)?.record.number).toBe(3);
    expect(rollBackTarget([release(2, 'kept'), release(1, 'live')])).toBeUndefined();
    expect(rollBackTarget([])).toBeUndefined();
  });
});

describe('the settings form', () => {
  it('comes back as it went in', () => {
    const full = settings({
      environment: { B: '1', A: '2' },
      domains: ['a.example.com'],
      health: { kind: 'http', path: '/healthz' },
      watchSeconds: 0,
    });
    expect(formSettings(settingsForm(full))).toEqual(full);
    expect(settingsChange(full, formSettings(settingsForm(full)))).toEqual({});
    const command = settings({ health: { kind: 'command', command: 'test -e /run/ready' }, healthIntervalSeconds: 10, healthRetries: 5 });
    expect(formSettings(settingsForm(command))).toEqual(command);
  });

  it('sends only what differs', () => {
    const live = settings({ environment: { A: '1', B: '2' } });
    expect(settingsChange(live, settings({ environment: { B: '2', A: '1' }, replicas: 2 }))).toEqual({ replicas: 2 });
    expect(settingsChange(live, settings({ environment: {}, domains: ['x.example.com'] }))).toEqual({
      environment: {},
      domains: ['x.example.com'],
    });
  });

  it('names each bad field', () => {
    const form = {
      ...settingsForm(settings()),
      port: '70000',
      replicas: '0',
      drainSeconds: '1.5',
      watchSeconds: '601',
      healthPath: 'x',
      healthRetries: '0',
      domains: ['bad', 'a.example.com', 'a.example.com'],
    };
    const errors = settingsErrors(form, nobody);
    expect(hasErrors(errors)).toBe(true);
    expect(errors.port).toBe('A port is a whole number between 1 and 65535');
    expect(errors.replicas).toBe('Replicas are a whole number from 1 to 32');
    expect(errors.drainSeconds).toContain('1 to 3,600');
    expect(errors.watchSeconds).toBe('The watch time is a whole number from 0 to 600');
    expect(errors.healthPath).toContain('begins with /');
    expect(errors.healthRetries).toBe('Failed checks are a whole number from 1 to 20');
    expect(settingsErrors({ ...form, healthKind: 'command' }, nobody).healthCommand).toBe('A command is missing');
    expect(errors.domains).toEqual([
      'A domain looks like shop.example.com: letters, digits, hyphens and dots',
      null,
      'a.example.com is there twice',
    ]);
    expect(hasErrors(settingsErrors(settingsForm(settings()), nobody))).toBe(false);
  });

  it.each(['', ' ', '0', '-1', '1e3', '80.0', 'abc', '65536', '0x50'])('refuses %j as a port', (text) => {
    expect(portError(text)).not.toBeNull();
  });

  it('takes a pasted address as a domain', () => {
    expect(tidyDomain(' https://Shop.Example.com/path ')).toBe('shop.example.com');
    expect(tidyDomain('bücher.example')).toBe('xn--bcher-kva.example');
    expect(domainError('shop.example.com', [], (host) => (host === 'shop.example.com' ? 'blog' : null))).toBe(
      'shop.example.com already leads to blog',
    );
    expect(domainError('203.0.113.7', [], nobody)).toContain('not a domain');
    expect(domainError('a.example.com:8080', [], nobody)).toContain('no port');
  });
});
