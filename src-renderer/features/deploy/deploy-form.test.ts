import { describe, expect, it } from 'vitest';
import { type AppDetail, defaultSettings, type FolderInspection, type ServerSummary } from '../../../src-main/contract/index.ts';
import { envRow } from '../app-settings/env-text.ts';
import { canDeploy, type DeployContext, type DeployForm, deployErrors, deployRequest, firstServer, totals } from './deploy-form.ts';

const server = (id: string, change: Partial<ServerSummary> = {}): ServerSummary => ({
  profile: { id, name: id, host: 'h', port: 22, user: 'root', authentication: { kind: 'agent' }, hostKey: null, addedAt: 0 },
  connection: { phase: 'connected', since: 0, latencyMs: 1 },
  setup: 'ready',
  facts: null,
  apps: [],
  readAt: 0,
  ...change,
});
const inspection: FolderInspection = {
  scan: {
    root: '/p',
    files: 2,
    directories: 0,
    bytes: 100,
    entries: [],
    leftOut: [
      { path: '.env', kind: 'file', reason: 'secret', rule: null, bytes: 11 },
      { path: 'key.pem', kind: 'file', reason: 'secret', rule: null, bytes: 22 },
      { path: 'node_modules', kind: 'directory', reason: 'ignored', rule: null, bytes: null },
    ],
    truncated: false,
    durationMs: 1,
  },
  build: { origin: 'proposed', language: 'node', label: 'Node', reasons: [], dockerfile: 'FROM node:20\n', port: 3000 },
  suggestedName: 'shop',
};
const blog = { name: 'blog', state: 'live' as const, release: 12, replicas: { healthy: 1, wanted: 1 }, hosts: ['blog.example.com'] };
const form: DeployForm = {
  appName: 'shop',
  server: 'one',
  domain: '',
  port: '3000',
  replicas: '1',
  environment: [],
  dockerfile: null,
  include: new Set(),
};
const context: DeployContext = { inspection, servers: [server('one', { apps: [blog] })], existing: null };
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

  it('refuses to send nothing, until a held back file is ticked', () => {
    const empty: FolderInspection = { ...inspection, scan: { ...inspection.scan, files: 0, bytes: 0 } };
    expect(errors({}, { inspection: empty }).files).toContain('Every file is held back');
    expect(canDeploy(errors({}, { inspection: empty }))).toBe(false);
    expect(errors({ include: new Set(['.env']) }, { inspection: empty }).files).toBeNull();
    const ignored: FolderInspection = { ...empty, scan: { ...empty.scan, leftOut: inspection.scan.leftOut.slice(2) } };
    expect(errors({}, { inspection: ignored }).files).toContain('nothing to send');
  });

  it('does not begin what would stop at a file that cannot be read', () => {
    const entry = (path: string) => ({ path, kind: 'file' as const, reason: 'unreadable' as const, rule: null, bytes: null });
    const withUnreadable = (...paths: string[]) =>
      errors({}, { inspection: { ...inspection, scan: { ...inspection.scan, leftOut: paths.map(entry) } } });
    expect(withUnreadable('a').files).toMatch(/^a cannot be read, and the deploy would stop there\. Make it readable or ignore it/);
    expect(withUnreadable('a', 'b', 'c').files).toMatch(/^a and 2 more cannot be read.*Make them readable/);
    expect(canDeploy(withUnreadable('a'))).toBe(false);
  });
});

describe('totals', () => {
  it('counts ticked secrets as sent, and only those', () => {
    expect(totals(inspection.scan, new Set())).toEqual({ files: 2, bytes: 100, leftOut: 3, heldBack: 2 });
    expect(totals(inspection.scan, new Set(['.env', 'node_modules']))).toEqual({ files: 3, bytes: 111, leftOut: 2, heldBack: 1 });
  });
});

describe('deployRequest', () => {
  const existing: AppDetail = {
    summary: blog,
    settings: { ...defaultSettings, port: 3000, domains: ['blog.example.com'], environment: { A: '1' } },
    replicas: [],
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
