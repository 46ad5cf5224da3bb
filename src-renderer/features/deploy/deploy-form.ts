import {
  type AppDetail,
  type AppSummary,
  appName,
  type DeployRequest,
  type DeployTarget,
  type FileChoices,
  type FolderInspection,
  holdWords,
  type ScanPreview,
  type ServerSummary,
  type SettingsChange,
} from '../../../src-main/contract/index.ts';
import { count } from '../../ui/format.ts';
import { type EnvRow, envErrors, envRecord } from '../app-settings/env-text.ts';
import { domainError, numberError, portError, tidyDomain } from '../app-settings/settings-form.ts';
import { hostOwner } from '../apps/app-words.ts';
import type { TreeNode } from './file-tree.ts';

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
  /** Which files go beyond or short of what the rules say. */
  readonly choices: FileChoices;
}

/** What the form is judged against. */
export interface DeployContext {
  readonly inspection: FolderInspection;
  /** What will be sent by the choices as they stand. */
  readonly sending: Sending;
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
    files: filesError(context.inspection.scan, context.sending),
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
function filesError(scan: ScanPreview, sending: Sending): string | null {
  const [first, ...others] = sending.unreadable;
  if (first !== undefined) {
    const what = others.length === 0 ? `${first} cannot be read` : `${first} and ${count(others.length)} more cannot be read`;
    const it = others.length === 0 ? 'it' : 'them';
    return `${what}, and the deploy would stop there. Make ${it} readable, or untick ${it} here, then scan again.`;
  }
  if (sending.files > 0) return null;
  if (sending.heldBack > 0) return 'Every file is held back: what is left looks like secrets. Tick those that are meant to be sent.';
  return scan.files > 0
    ? 'Every file is unticked, so there is nothing to send.'
    : 'Everything in this folder is left out, so there is nothing to send. Tick what is meant to be sent, or check the rules in .gitignore.';
}

export function canDeploy(errors: DeployErrors): boolean {
  const { environment, ...fields } = errors;
  return Object.keys(environment).length === 0 && Object.values(fields).every((error) => error === null);
}

/** What the choices come to. */
export interface Sending {
  readonly files: number;
  readonly bytes: number;
  /** Secrets that stay behind. */
  readonly heldBack: number;
  /** Secrets that are sent, by their paths. */
  readonly secrets: readonly string[];
  /** What is wanted and cannot be read, by its paths. */
  readonly unreadable: readonly string[];
}

/** Sums up the tree of the preview, which has every tick in it. */
export function sendingOf(tree: TreeNode): Sending {
  const secrets: string[] = [];
  const unreadable: string[] = [];
  const visit = (node: TreeNode): void => {
    if (node.looksLike !== null && node.leftOut === null) secrets.push(node.path);
    if (node.leftOut?.reason === 'unreadable') unreadable.push(node.path);
    node.children.forEach(visit);
  };
  visit(tree);
  return { files: tree.files, bytes: tree.bytes ?? 0, heldBack: tree.heldBack, secrets, unreadable };
}

/** The request that the form stands for. Of an app that is there only what was changed is sent: the rest stays as it is. */
export function deployRequest(path: string, form: DeployForm, { existing }: Pick<DeployContext, 'existing'>): DeployRequest {
  return {
    server: form.server ?? '',
    app: form.appName,
    path,
    settings: changedSettings(form, existing),
    dockerfile: form.dockerfile,
    ...form.choices,
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

/** The app that the form names, where that is one already: who chooses files for it chooses for its next deploys too. */
export function targetOf(servers: readonly ServerSummary[], form: Pick<DeployForm, 'server' | 'appName'>): DeployTarget | null {
  return form.server === null || replacedApp(servers, form) === undefined ? null : { server: form.server, app: form.appName };
}

/** The server to begin with: the asked one, else the one that has the app, else the only ready one, else the first. */
export function firstServer(servers: readonly ServerSummary[], asked: string | undefined, app: string): string | null {
  const byId = servers.find((server) => server.profile.id === asked);
  const withApp = servers.find((server) => server.apps.some((one) => one.name === app));
  const ready = servers.find((server) => server.setup === 'ready' && server.connection.phase === 'connected');
  return (byId ?? withApp ?? ready ?? servers[0])?.profile.id ?? null;
}

/** What visitors will notice of a deploy, said before it. */
export interface Expectation {
  readonly title: string;
  readonly text: string;
  /** Requests have to wait. */
  readonly waits: boolean;
}

export function expectation(replaced: AppSummary | undefined, existing: Pick<AppDetail, 'settings' | 'lastHeldMs'> | null): Expectation {
  if (replaced?.release == null || replaced.state === 'stopped') {
    const text = 'It is called live when a request through the edge was answered. Until then nothing leads to it.';
    return { title: 'First release', text, waits: false };
  }
  if (existing?.settings?.oneAtATime) {
    return {
      title: 'Requests will wait',
      text: `Only one release at a time. ${holdWords(replaced.release, existing.lastHeldMs)}`,
      waits: true,
    };
  }
  const text = `The new release starts beside r${replaced.release} and takes over when it answers. The old one finishes its requests first.`;
  return { title: 'No gap expected', text, waits: false };
}
