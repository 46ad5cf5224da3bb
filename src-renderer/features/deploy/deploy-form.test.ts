import { describe, expect, it } from 'vitest';
import {
  type AppDetail,
  defaultSettings,
  type FolderInspection,
  noChoices,
  type ScanPreview,
  type ServerSummary,
} from '../../../src-main/contract/index.ts';
import { envRow } from '../app-settings/env-text.ts';
import {
  canDeploy,
  type DeployContext,
  type DeployForm,
  deployErrors,
  deployRequest,
  expectation,
  firstServer,
  sendingOf,
  targetOf,
} from './deploy-form.ts';
import { buildTree } from './file-tree.ts';
import { ignored, inspectionOf, scanOf, secret } from './scan.fixture.ts';

const server = (id: string, change: Partial<ServerSummary> = {}): ServerSummary => ({
  profile: { id, name: id, host: 'h', port: 22, user: 'root', authentication: { kind: 'agent' }, hostKey: null, addedAt: 0 },
  connection: { phase: 'connected', since: 0, latencyMs: 1 },
  setup: 'ready',
  facts: null,
  apps: [],
  readAt: 0,
  ...change,
});
const scan = scanOf(
  [
    { path: 'a', bytes: 40 },
    { path: 'b', bytes: 60 },
  ],
  [secret('.env'), secret('key.pem'), ignored('node_modules')],
);
const inspection = inspectionOf(scan);
const sending = sendingOf(buildTree(scan));
const blog = {
  name: 'blog',
  state: 'live' as const,
  release: 12,
  replicas: { healthy: 1, wanted: 1 },
  hosts: ['blog.example.com'],
  https: [],
};
const form: DeployForm = {
  appName: 'shop',
  server: 'one',
  domain: '',
  port: '3000',
  replicas: '1',
  environment: [],
  dockerfile: null,
  choices: noChoices,
};
const context: DeployContext = { inspection, sending, servers: [server('one', { apps: [blog] })], existing: null };
const errors = (change: Partial<DeployForm>, other: Partial<DeployContext> = {}) =>
  deployErrors({ ...form, ...change }, { ...context, ...other });

describe('deployErrors', () => {
  it('has nothing against a good form', () => {
    expect(canDeploy(errors({}))).toBe(true);
  });

  it('names each bad field', () => {
    expect(errors({ appName: '' }).appName).toBe('Give the app a name');
    expect(errors({ appName: 'Shop!' }).appName).toContain('lower-case letters');
    expect(errors({ port: '99999' }).port).toBe('A port is a whole number between 1 and 65535');
    expect(errors({ replicas: '' }).replicas).not.toBeNull();
    expect(errors({ domain: 'nope' }).domain).toContain('looks like');
    expect(errors({ domain: 'https://BLOG.example.com/' }).domain).toBe('blog.example.com already leads to blog');
    expect(errors({ dockerfile: '# empty' }).dockerfile).toContain('FROM');
    expect(canDeploy(errors({ environment: [envRow('1X', '')] }))).toBe(false);
  });

  it('says why a server cannot take it', () => {
    const at = (servers: readonly ServerSummary[], id: string | null = 'one') => errors({ server: id }, { servers }).server;
    expect(at([])).toBe('none-added');
    expect(at([server('two')])).toBe('none-chosen');
    expect(at([server('one', { connection: { phase: 'idle' } })])).toBe('not-connected');
    expect(at([server('one', { setup: 'needed' })])).toBe('not-set-up');
    expect(at([server('one', { setup: 'unknown' })])).toBeNull();
  });

  it('asks for a Dockerfile where none could be proposed', () => {
    const unknown: FolderInspection = { ...inspection, build: { ...inspection.build, origin: 'unknown', language: null, dockerfile: '' } };
    expect(errors({}, { inspection: unknown }).dockerfile).toContain('Write a Dockerfile');
    expect(errors({ dockerfile: 'from alpine' }, { inspection: unknown }).dockerfile).toBeNull();
  });

  const filesError = (found: ScanPreview, include: string[] = []): string | null => {
    const pending = new Map(include.map((path) => [path, true]));
    return errors({}, { inspection: inspectionOf(found), sending: sendingOf(buildTree(found, include, pending)) }).files;
  };

  it('refuses to send nothing, until a held back or ignored file is ticked', () => {
    const held = scanOf([], [secret('.env'), ignored('node_modules')]);
    expect(filesError(held)).toContain('Every file is held back');
    expect(filesError(held, ['.env'])).toBeNull();
    expect(filesError(scanOf([], [ignored('node_modules')]))).toContain('nothing to send');
    const unticked = scanOf([{ path: 'a' }]);
    const none = sendingOf(buildTree(unticked, [], new Map([['a', false]])));
    expect(errors({}, { inspection: inspectionOf(unticked), sending: none }).files).toBe(
      'Every file is unticked, so there is nothing to send.',
    );
  });

  it('does not begin what would stop at a file that cannot be read', () => {
    const withUnreadable = (...paths: string[]): ScanPreview =>
      scanOf(
        [{ path: 'x' }],
        paths.map((path) => ({ path, kind: 'file', reason: 'unreadable', rule: null, bytes: null })),
      );
    expect(filesError(withUnreadable('a'))).toMatch(/^a cannot be read, and the deploy would stop there\. Make it readable, or untick it/);
    expect(filesError(withUnreadable('a', 'b', 'c'))).toMatch(/^a and 2 more cannot be read.*Make them readable/);
  });
});

describe('sendingOf', () => {
  it('counts ticked secrets as sent, and names them', () => {
    expect(sending).toEqual({ files: 2, bytes: 100, heldBack: 2, secrets: [], unreadable: [] });
    expect(sendingOf(buildTree(scan, ['.env'], new Map([['.env', true]])))).toEqual({
      files: 3,
      bytes: 1800,
      heldBack: 1,
      secrets: ['.env'],
      unreadable: [],
    });
  });
});

describe('targetOf', () => {
  it('is an app that is there; before that the choice is the folder’s', () => {
    expect(targetOf(context.servers, { server: 'one', appName: 'blog' })).toEqual({ server: 'one', app: 'blog' });
    expect(targetOf(context.servers, { server: 'one', appName: 'new' })).toBeNull();
    expect(targetOf(context.servers, { server: null, appName: 'blog' })).toBeNull();
  });
});

describe('deployRequest', () => {
  const existing: AppDetail = {
    summary: blog,
    settings: { ...defaultSettings, port: 3000, domains: ['blog.example.com'], environment: { A: '1' } },
    replicas: [],
    traffic: null,
    lastHeldMs: null,
  };

  it('gives a new app all its settings', () => {
    const request = deployRequest('/p', { ...form, domain: 'Shop.example.com', environment: [envRow('A', '1')] }, context);
    expect(request).toEqual({
      server: 'one',
      app: 'shop',
      path: '/p',
      settings: { port: 3000, replicas: 1, environment: { A: '1' }, domains: ['shop.example.com'] },
      dockerfile: null,
      include: [],
      exclude: [],
    });
  });

  it('leaves what the live release has as it is', () => {
    const same = deployRequest('/p', { ...form, environment: [envRow('A', '1')] }, { ...context, existing });
    expect(same.settings).toEqual({});
    const changed = deployRequest('/p', { ...form, port: '8080', domain: 'x.example.com' }, { ...context, existing });
    expect(changed.settings).toEqual({ port: 8080, environment: {}, domains: ['blog.example.com', 'x.example.com'] });
  });
});

describe('firstServer', () => {
  it('prefers the asked, then the one with the app, then a ready one', () => {
    const servers = [server('cold', { connection: { phase: 'idle' } }), server('ready'), server('has-app', { apps: [blog] })];
    expect(firstServer(servers, 'cold', 'blog')).toBe('cold');
    expect(firstServer(servers, undefined, 'blog')).toBe('has-app');
    expect(firstServer(servers, 'gone', 'new')).toBe('ready');
    expect(firstServer([], undefined, 'new')).toBeNull();
  });
});

describe('what a deploy says beforehand', () => {
  it('is a gap for nobody, unless requests have to wait, and why', () => {
    const settings = { ...defaultSettings, oneAtATime: true };
    expect(expectation(undefined, null)).toMatchObject({ title: 'First release', waits: false });
    expect(expectation({ ...blog, state: 'stopped' }, { settings, lastHeldMs: null })).toMatchObject({ waits: false });
    expect(expectation(blog, { settings: defaultSettings, lastHeldMs: null })).toMatchObject({ title: 'No gap expected', waits: false });
    const waits = expectation(blog, { settings, lastHeldMs: 4_300 });
    expect(waits).toMatchObject({ title: 'Requests will wait', waits: true });
    expect(waits.text).toMatch(/^Only one release at a time\. .*r12 stops.*4\.3 s/);
  });
});
