import {
  type AppDetail,
  type AppSummary,
  appName,
  type DeployRequest,
  type FolderInspection,
  type ScanResult,
  type ServerSummary,
  type SettingsChange,
} from '../../../src-main/contract/index.ts';
import { count } from '../../ui/format.ts';
import { type EnvRow, envErrors, envRecord } from '../app-settings/env-text.ts';
import { domainError, numberError, portError, tidyDomain } from '../app-settings/settings-form.ts';
import { hostOwner } from '../apps/app-words.ts';

/** The right side of the deploy sheet as it stands in the fields, valid or not. */
export interface DeployForm {
  readonly appName: string;
  readonly server: string | null;
  /** A domain of the user's own to add; empty for none. */
  readonly domain: string;
  readonly port: string;
  readonly replicas: string;
  readonly environment: readonly EnvRow[];
  /** The edited Dockerfile; null while it is as found or proposed. */
  readonly dockerfile: string | null;
  /** Held back files that are sent all the same. */
  readonly include: ReadonlySet<string>;
}

/** What the form is judged against. */
export interface DeployContext {
  readonly inspection: FolderInspection;
  readonly servers: readonly ServerSummary[];
  /** The app that will be replaced, once its settings were read. */
  readonly existing: AppDetail | null;
}

/** Why the chosen server cannot take a deploy now; the sheet offers the way out of each. */
export type ServerProblem = 'none-added' | 'none-chosen' | 'not-connected' | 'not-set-up' | null;

export interface DeployErrors {
  readonly appName: string | null;
  readonly server: ServerProblem;
  readonly domain: string | null;
  readonly port: string | null;
  readonly replicas: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly dockerfile: string | null;
  /** Nothing would be sent, or the deploy would stop at what cannot be read. Whole sentences. */
  readonly files: string | null;
}

export function serverOf(servers: readonly ServerSummary[], id: string | null): ServerSummary | undefined {
  return servers.find((server) => server.profile.id === id);
}

/** The app of that name on the chosen server, which the deploy would replace. */
export function replacedApp(servers: readonly ServerSummary[], form: Pick<DeployForm, 'server' | 'appName'>): AppSummary | undefined {
  return serverOf(servers, form.server)?.apps.find((app) => app.name === form.appName);
}

export function deployErrors(form: DeployForm, context: DeployContext): DeployErrors {
  const server = serverOf(context.servers, form.server);
  const domain = tidyDomain(form.domain);
  const known = context.existing?.settings?.domains ?? [];
  return {
    appName: appNameError(form.appName),
    server: serverProblem(context.servers, server),
    domain: domain === '' || known.includes(domain) ? null : domainError(domain, [], (host) => hostOwner(server, form.appName, host)),
    port: portError(form.port),
    replicas: numberError('replicas', form.replicas),
    environment: envErrors(form.environment),
    dockerfile: dockerfileError(form.dockerfile ?? context.inspection.build.dockerfile),
    files: filesError(context.inspection.scan, form.include),
  };
}

export function appNameError(name: string): string | null {
  if (name.trim() === '') return 'Give the app a name';
  const parsed = appName.safeParse(name);
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'Not an app name');
}

function serverProblem(servers: readonly ServerSummary[], server: ServerSummary | undefined): ServerProblem {
  if (servers.length === 0) return 'none-added';
  if (server === undefined) return 'none-chosen';
  if (server.connection.phase !== 'connected') return 'not-connected';
  // Unknown may still turn out ready: main checks again before it sends anything.
  return server.setup === 'needed' ? 'not-set-up' : null;
}

/** What Docker itself refuses first: a Dockerfile without a base image. */
export function dockerfileError(text: string): string | null {
  if (text.trim() === '') return 'Longshore does not know how to build this folder. Write a Dockerfile, or add one to the folder';
  return /^\s*FROM\s+\S/im.test(text) ? null : 'A Dockerfile needs a line that begins with FROM and names an image';
}

/** What packing the folder would refuse, said before anything is sent. */
function filesError(scan: ScanResult, include: ReadonlySet<string>): string | null {
  const unreadable = scan.leftOut.filter((entry) => entry.reason === 'unreadable');
  const [first] = unreadable;
  if (first) {
    const more = unreadable.length - 1;
    const what = more === 0 ? `${first.path} cannot be read` : `${first.path} and ${count(more)} more cannot be read`;
    const it = more === 0 ? 'it' : 'them';
    return `${what}, and the deploy would stop there. Make ${it} readable or ignore ${it} by a line in .gitignore, then scan again.`;
  }
  const { files, heldBack } = totals(scan, include);
  if (files > 0) return null;
  return heldBack > 0
    ? 'Every file is held back: what is left looks like secrets. Tick those that are meant to be sent.'
    : 'Everything in this folder is left out, so there is nothing to send. Check the rules in .gitignore.';
}

export function canDeploy(errors: DeployErrors): boolean {
  const { environment, ...fields } = errors;
  return Object.keys(environment).length === 0 && Object.values(fields).every((error) => error === null);
}

export interface Totals {
  readonly files: number;
  readonly bytes: number;
  readonly leftOut: number;
  readonly heldBack: number;
}

/** What will be sent, with the secrets that were ticked. */
export function totals(scan: ScanResult, include: ReadonlySet<string>): Totals {
  const ticked = scan.leftOut.filter((entry) => entry.reason === 'secret' && include.has(entry.path));
  const secrets = scan.leftOut.filter((entry) => entry.reason === 'secret').length;
  return {
    files: scan.files + ticked.length,
    bytes: scan.bytes + ticked.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0),
    leftOut: scan.leftOut.length - ticked.length,
    heldBack: secrets - ticked.length,
  };
}

/** The request that the form stands for. Of an app that is there only what was changed is sent: the rest stays as it is. */
export function deployRequest(path: string, form: DeployForm, context: DeployContext): DeployRequest {
  return {
    server: form.server ?? '',
    app: form.appName,
    path,
    settings: changedSettings(form, context.existing),
    dockerfile: form.dockerfile,
    include: [...form.include],
    exclude: [],
  };
}

function changedSettings(form: DeployForm, existing: AppDetail | null): SettingsChange {
  const live = existing?.settings ?? null;
  const change: SettingsChange = {};
  const port = Number(form.port);
  const replicas = Number(form.replicas);
  const environment = envRecord(form.environment);
  const domain = tidyDomain(form.domain);
  if (live?.port !== port) change.port = port;
  if (live?.replicas !== replicas) change.replicas = replicas;
  if (!sameRecord(live?.environment ?? {}, environment)) change.environment = environment;
  if (domain !== '' && live?.domains.includes(domain) !== true) change.domains = [...(live?.domains ?? []), domain];
  return change;
}

function sameRecord(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && one[name] === other[name]);
}

/** The server to begin with: the asked one, else the one that has the app, else the only ready one, else the first. */
export function firstServer(servers: readonly ServerSummary[], asked: string | undefined, app: string): string | null {
  const byId = servers.find((server) => server.profile.id === asked);
  const withApp = servers.find((server) => server.apps.some((one) => one.name === app));
  const ready = servers.find((server) => server.setup === 'ready' && server.connection.phase === 'connected');
  return (byId ?? withApp ?? ready ?? servers[0])?.profile.id ?? null;
}
