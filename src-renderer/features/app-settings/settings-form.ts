import {
  type AppSettings,
  type HealthCheck,
  healthCheck,
  hostName,
  portNumber,
  type SettingsChange,
} from '../../../src-main/contract/index.ts';
import { type EnvRow, envErrors, envRecord, envRows } from './env-text.ts';

/** The settings of an app as they stand in the fields, valid or not. Numbers are text while they are typed. */
export interface SettingsForm {
  readonly port: string;
  readonly replicas: string;
  readonly environment: readonly EnvRow[];
  readonly domains: readonly string[];
  readonly healthKind: HealthCheck['kind'];
  readonly healthPath: string;
  readonly healthCommand: string;
  /** Empty for the usual time. */
  readonly healthIntervalSeconds: string;
  readonly healthTimeoutSeconds: string;
  readonly healthRetries: string;
  readonly healthySeconds: string;
  readonly drainSeconds: string;
  readonly watchSeconds: string;
  readonly oneAtATime: boolean;
}

export type NumberField =
  | 'replicas'
  | 'healthIntervalSeconds'
  | 'healthTimeoutSeconds'
  | 'healthRetries'
  | 'healthySeconds'
  | 'drainSeconds'
  | 'watchSeconds';

export interface SettingsErrors {
  readonly port: string | null;
  readonly replicas: string | null;
  readonly healthPath: string | null;
  readonly healthCommand: string | null;
  readonly healthIntervalSeconds: string | null;
  readonly healthTimeoutSeconds: string | null;
  readonly healthRetries: string | null;
  readonly healthySeconds: string | null;
  readonly drainSeconds: string | null;
  readonly watchSeconds: string | null;
  /** By the id of the row. */
  readonly environment: Readonly<Record<string, string>>;
  /** By the place in the list. */
  readonly domains: readonly (string | null)[];
}

export function settingsForm(settings: AppSettings): SettingsForm {
  return {
    port: String(settings.port),
    replicas: String(settings.replicas),
    environment: envRows(settings.environment),
    domains: settings.domains,
    healthKind: settings.health.kind,
    healthPath: settings.health.kind === 'http' ? settings.health.path : '/',
    healthCommand: settings.health.kind === 'command' ? settings.health.command : '',
    healthIntervalSeconds: settings.healthIntervalSeconds === null ? '' : String(settings.healthIntervalSeconds),
    healthTimeoutSeconds: String(settings.healthTimeoutSeconds),
    healthRetries: String(settings.healthRetries),
    healthySeconds: String(settings.healthySeconds),
    drainSeconds: String(settings.drainSeconds),
    watchSeconds: String(settings.watchSeconds),
    oneAtATime: settings.oneAtATime,
  };
}

const ranges: Readonly<Record<NumberField, { readonly low: number; readonly high: number; readonly what: string }>> = {
  replicas: { low: 1, high: 32, what: 'Replicas are' },
  healthIntervalSeconds: { low: 1, high: 300, what: 'The time between checks is' },
  healthTimeoutSeconds: { low: 1, high: 60, what: 'The time for a check is' },
  healthRetries: { low: 1, high: 20, what: 'Failed checks are' },
  healthySeconds: { low: 5, high: 1800, what: 'The time to become healthy is' },
  drainSeconds: { low: 1, high: 3600, what: 'The time to drain is' },
  watchSeconds: { low: 0, high: 600, what: 'The watch time is' },
};

export function numberError(field: NumberField, text: string): string | null {
  const { low, high, what } = ranges[field];
  return inRange(text, low, high) ? null : `${what} a whole number from ${low} to ${high.toLocaleString('en')}`;
}

export function portError(text: string): string | null {
  if (text.trim() === '') return 'Say on which port the app listens';
  const parsed = portNumber.safeParse(Number(text));
  return parsed.success && /^\s*\d+\s*$/.test(text) ? null : 'A port is a whole number between 1 and 65535';
}

function inRange(text: string, low: number, high: number): boolean {
  return /^\s*\d+\s*$/.test(text) && Number(text) >= low && Number(text) <= high;
}

/** Host names are stored in lower case; a pasted address is cut down to its host. */
export function tidyDomain(text: string): string {
  const trimmed = text.trim().toLowerCase().replace(/\.$/, '');
  const withoutScheme = trimmed.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return toAscii(withoutScheme);
}

function toAscii(host: string): string {
  if (!/[^\x00-\x7f]/.test(host)) return host;
  try {
    return new URL(`https://${host}`).hostname;
  } catch {
    return host;
  }
}

/** What is wrong with a domain; `taken` says who has a host name already. */
export function domainError(domain: string, others: readonly string[], taken: (host: string) => string | null): string | null {
  if (/:\d*$/.test(domain)) return 'A domain has no port: visitors come by 80 and 443';
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(domain)) return 'An address of numbers is not a domain';
  const parsed = hostName.safeParse(domain);
  if (!parsed.success) return parsed.error.issues.at(-1)?.message ?? 'Not a domain';
  if (others.includes(domain)) return `${domain} is there twice`;
  const owner = taken(domain);
  return owner === null ? null : `${domain} already leads to ${owner}`;
}

export function healthPathError(path: string): string | null {
  const parsed = healthCheck.safeParse({ kind: 'http', path });
  return parsed.success ? null : 'A health path begins with / and has no spaces';
}

export function healthCommandError(command: string): string | null {
  const parsed = healthCheck.safeParse({ kind: 'command', command });
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'Not a command');
}

export function settingsErrors(form: SettingsForm, taken: (host: string) => string | null): SettingsErrors {
  return {
    port: portError(form.port),
    replicas: numberError('replicas', form.replicas),
    healthPath: form.healthKind === 'http' ? healthPathError(form.healthPath) : null,
    healthCommand: form.healthKind === 'command' ? healthCommandError(form.healthCommand) : null,
    healthIntervalSeconds:
      form.healthIntervalSeconds.trim() === '' ? null : numberError('healthIntervalSeconds', form.healthIntervalSeconds),
    healthTimeoutSeconds: numberError('healthTimeoutSeconds', form.healthTimeoutSeconds),
    healthRetries: numberError('healthRetries', form.healthRetries),
    healthySeconds: numberError('healthySeconds', form.healthySeconds),
    drainSeconds: numberError('drainSeconds', form.drainSeconds),
    watchSeconds: numberError('watchSeconds', form.watchSeconds),
    environment: envErrors(form.environment),
    domains: form.domains.map((domain, at) => domainError(domain, form.domains.slice(0, at), taken)),
  };
}

export function hasErrors(errors: SettingsErrors): boolean {
  const { environment, domains, ...fields } = errors;
  return (
    Object.keys(environment).length > 0 || domains.some((error) => error !== null) || Object.values(fields).some((error) => error !== null)
  );
}

/** The form as settings; only for a form without errors. */
export function formSettings(form: SettingsForm): AppSettings {
  return {
    port: Number(form.port),
    replicas: Number(form.replicas),
    environment: envRecord(form.environment),
    domains: [...form.domains],
    health: formHealth(form),
    healthIntervalSeconds: form.healthIntervalSeconds.trim() === '' ? null : Number(form.healthIntervalSeconds),
    healthTimeoutSeconds: Number(form.healthTimeoutSeconds),
    healthRetries: Number(form.healthRetries),
    healthySeconds: Number(form.healthySeconds),
    drainSeconds: Number(form.drainSeconds),
    watchSeconds: Number(form.watchSeconds),
    oneAtATime: form.oneAtATime,
  };
}

function formHealth({ healthKind, healthPath, healthCommand }: SettingsForm): HealthCheck {
  switch (healthKind) {
    case 'http':
      return { kind: 'http', path: healthPath };
    case 'tcp':
      return { kind: 'tcp' };
    case 'command':
      return { kind: 'command', command: healthCommand.trim() };
  }
}

/** Only what differs from the live settings, so that a change made elsewhere meanwhile is not undone. */
export function settingsChange(live: AppSettings, next: AppSettings): SettingsChange {
  const change: SettingsChange = {};
  if (live.port !== next.port) change.port = next.port;
  if (live.replicas !== next.replicas) change.replicas = next.replicas;
  if (!same(sorted(live.environment), sorted(next.environment))) change.environment = next.environment;
  if (!same(live.domains, next.domains)) change.domains = next.domains;
  if (!same(live.health, next.health)) change.health = next.health;
  if (live.healthIntervalSeconds !== next.healthIntervalSeconds) change.healthIntervalSeconds = next.healthIntervalSeconds;
  if (live.healthTimeoutSeconds !== next.healthTimeoutSeconds) change.healthTimeoutSeconds = next.healthTimeoutSeconds;
  if (live.healthRetries !== next.healthRetries) change.healthRetries = next.healthRetries;
  if (live.healthySeconds !== next.healthySeconds) change.healthySeconds = next.healthySeconds;
  if (live.drainSeconds !== next.drainSeconds) change.drainSeconds = next.drainSeconds;
  if (live.watchSeconds !== next.watchSeconds) change.watchSeconds = next.watchSeconds;
  if (live.oneAtATime !== next.oneAtATime) change.oneAtATime = next.oneAtATime;
  return change;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sorted(record: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
}
