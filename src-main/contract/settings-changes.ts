import type { AppSettings, HealthCheck, ReleaseChange } from './models/app.ts';

/** The settings that are one value each. */
type Single = Exclude<keyof AppSettings, 'environment' | 'domains'>;

const secondsInWords = (seconds: number): string => `${seconds} s`;

const singles: { readonly [N in Single]: { readonly what: string; readonly words: (value: AppSettings[N]) => string } } = {
  port: { what: 'Port', words: String },
  replicas: { what: 'Replicas', words: String },
  health: { what: 'Health check', words: healthInWords },
  healthIntervalSeconds: {
    what: 'Time between health checks',
    words: (seconds) => (seconds === null ? 'as usual' : secondsInWords(seconds)),
  },
  healthTimeoutSeconds: { what: 'Time for a health check', words: secondsInWords },
  healthRetries: { what: 'Failed health checks until it counts', words: String },
  healthySeconds: { what: 'Time to become healthy', words: secondsInWords },
  drainSeconds: { what: 'Drain', words: secondsInWords },
  watchSeconds: { what: 'Watch time after a switch', words: secondsInWords },
  oneAtATime: { what: 'Only one release at a time', words: (value) => (value ? 'yes' : 'no') },
};

/** Each setting and what it is, in words. Of the environment that is its names: a value may be a secret. */
export function settingsInWords(settings: AppSettings): { readonly what: string; readonly text: string }[] {
  const { environment, domains } = settings;
  return (Object.keys(settings) as (keyof AppSettings)[]).map((setting) => ({
    what: settingName(setting),
    text:
      setting === 'environment'
        ? listInWords(Object.keys(environment))
        : setting === 'domains'
          ? listInWords(domains)
          : singleInWords(setting, settings),
  }));
}

function listInWords(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

function singleInWords<N extends Single>(name: N, settings: AppSettings): string {
  return singles[name].words(settings[name]);
}

function settingName(setting: keyof AppSettings): string {
  if (setting === 'environment') return 'Environment';
  return setting === 'domains' ? 'Domain' : singles[setting].what;
}

/** `GET /healthz`. */
export function healthInWords(health: HealthCheck): string {
  switch (health.kind) {
    case 'http':
      return `GET ${health.path}`;
    case 'tcp':
      return 'port accepts connections';
    case 'command':
      return `command: ${health.command}`;
  }
}

/** What differs between two settings of an app, those of two releases or what is saved and what is being edited. Has no value of a variable. */
export function settingsChanges(before: AppSettings, after: AppSettings): ReleaseChange[] {
  const first: readonly Single[] = ['port', 'replicas'];
  const others = (Object.keys(singles) as Single[]).filter((name) => !first.includes(name));
  return [
    ...first.flatMap((name) => singleChange(name, before, after)),
    ...variableChanges(before.environment, after.environment),
    ...added(before.domains, after.domains).map((domain) => listed('domains', 'added', domain)),
    ...added(after.domains, before.domains).map((domain) => listed('domains', 'removed', domain)),
    ...others.flatMap((name) => singleChange(name, before, after)),
  ];
}

function singleChange<N extends Single>(name: N, before: AppSettings, after: AppSettings): ReleaseChange[] {
  const { what } = singles[name];
  const [from, to] = [singleInWords(name, before), singleInWords(name, after)];
  if (from === to) return [];
  return [
    { field: name, how: 'changed', name: null, from: plain(before[name], from), to: plain(after[name], to), what, text: `${from} → ${to}` },
  ];
}

/** A number stays one; what is made of several is said in words. */
function plain(value: AppSettings[Single], words: string): number | string {
  return typeof value === 'number' ? value : words;
}

function variableChanges(before: AppSettings['environment'], after: AppSettings['environment']): ReleaseChange[] {
  const [old, now] = [Object.keys(before), Object.keys(after)];
  return [
    ...added(old, now).map((name) => listed('environment', 'added', name)),
    ...added(now, old).map((name) => listed('environment', 'removed', name)),
    ...now
      .filter((name) => Object.hasOwn(before, name) && before[name] !== after[name])
      .map((name) => listed('environment', 'changed', name)),
  ];
}

/** A change of one among several. A domain is its own value; that of a variable is not said. */
function listed(field: 'environment' | 'domains', how: ReleaseChange['how'], name: string): ReleaseChange {
  const value = field === 'domains' ? name : null;
  return {
    field,
    how,
    name,
    from: how === 'added' ? null : value,
    to: how === 'removed' ? null : value,
    what: settingName(field),
    text: `${name} ${how}`,
  };
}

function added(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((item) => !before.includes(item));
}
