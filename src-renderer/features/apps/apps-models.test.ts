import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultSettings, type Release } from '../../../src-main/contract/index.ts';
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
import { releaseBefore, rollBackTarget, rollBackWords, settingsChanges } from './release-diff.ts';

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
});

describe('settingsChanges', () => {
  it('names everything that differs and never a value of the environment', () => {
    const before = settings({ environment: { A: 'secret-1', B: 'x' }, domains: ['a.example.com'] });
    const after = settings({
      port: 8080,
      replicas: 3,
      environment: { A: 'secret-2', C: 'secret-3' },
      domains: ['b.example.com'],
      health: { kind: 'tcp' },
      healthySeconds: 90,
      drainSeconds: 5,
    });
    const texts = settingsChanges(before, after).map((change) => `${change.what}: ${change.text}`);
    expect(texts).toEqual([
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
    expect(texts.join()).not.toContain('secret');
    expect(settingsChanges(before, before)).toEqual([]);
  });
});

describe('rolling back', () => {
  const releases = [release(5, 'live', { port: 8080 }), release(4, 'failed'), release(3, 'kept'), release(2, 'kept'), release(1, 'gone')];

  it('goes to the newest kept release before the live one', () => {
    expect(rollBackTarget(releases)?.record.number).toBe(3);
    expect(rollBackTarget([release(2, 'kept'), release(1, 'live')])).toBeUndefined();
    expect(rollBackTarget([])).toBeUndefined();
    expect(releaseBefore(releases, 4)?.record.number).toBe(3);
    expect(releaseBefore(releases, 1)).toBeUndefined();
  });

  it('says what will happen', () => {
    expect(rollBackWords(releases[0], release(3, 'kept')).join(' ')).toContain('port 8080 → 3000');
    expect(rollBackWords(undefined, release(3, 'kept'))).toHaveLength(1);
  });
});

describe('the settings form', () => {
  it('comes back as it went in', () => {
    const full = settings({ environment: { B: '1', A: '2' }, domains: ['a.example.com'], health: { kind: 'http', path: '/healthz' } });
    expect(formSettings(settingsForm(full))).toEqual(full);
    expect(settingsChange(full, formSettings(settingsForm(full)))).toEqual({});
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
      healthPath: 'x',
      domains: ['bad', 'a.example.com', 'a.example.com'],
    };
    const errors = settingsErrors(form, nobody);
    expect(hasErrors(errors)).toBe(true);
    expect(errors.port).toBe('A port is a whole number between 1 and 65535');
    expect(errors.replicas).toBe('Replicas are a whole number from 1 to 32');
    expect(errors.drainSeconds).toContain('1 to 3,600');
    expect(errors.healthPath).toContain('begins with /');
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
