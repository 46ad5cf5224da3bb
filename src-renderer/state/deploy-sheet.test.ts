import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  defaultSettings,
  type ErrorShape,
  type FileChoices,
  type FolderInspection,
  noChoices,
  type ServerSummary,
} from '../../src-main/contract/index.ts';
import { envRecord } from '../features/app-settings/env-text.ts';
import { ignored, inspectionOf, scanOf, secret } from '../features/deploy/scan.fixture.ts';
import {
  beginDeploySheet,
  type DeploySheetState,
  editDeployForm,
  endDeploySheet,
  startDeploy,
  tickFile,
  treeOf,
  useDeploySheet,
} from './deploy-sheet.ts';
import { useServers } from './servers.ts';
import { initialView, useView } from './view.ts';

const heldBack = scanOf([{ path: 'a', bytes: 5 }], [secret('.env')]);
const inspection: FolderInspection = inspectionOf(heldBack, {
  suggestedName: 'blog',
  build: { ...inspectionOf(heldBack).build, port: 8000 },
});
const summary = { name: 'blog', state: 'live' as const, release: 12, replicas: { healthy: 2, wanted: 2 }, hosts: [], https: [] };
const settings = { ...defaultSettings, port: 3000, replicas: 2, environment: { A: '1' } };
const server: ServerSummary = {
  profile: { id: 's1', name: 'one', host: 'h', port: 22, user: 'root', authentication: { kind: 'agent' }, hostKey: null, addedAt: 0 },
  connection: { phase: 'connected', since: 0, latencyMs: 1 },
  setup: 'ready',
  facts: null,
  apps: [summary],
  readAt: 0,
};

/** Stands for the main process: answers of the contract's form, and what was asked. */
let asked: [string, unknown][] = [];
let refuse: Record<string, ErrorShape> = {};
let remembered: FileChoices = noChoices;
let inspected: (args: unknown) => Partial<FolderInspection> = () => ({});

beforeEach(() => {
  remembered = noChoices;
  inspected = (args) => ({ choices: (args as { choices: FileChoices | null }).choices ?? noChoices });
  asked = [];
  refuse = {};
  const answers: Record<string, (args: unknown) => unknown> = {
    'folders.inspect': (args) => ({ ...inspection, ...inspected(args) }),
    'choices.get': () => remembered,
    'choices.set': () => null,
    'apps.get': () => ({ summary, settings, replicas: [], traffic: null }),
    'deploy.start': () => ({ job: 'j1' }),
  };
  vi.stubGlobal('window', {
    longshore: {
      call: async (name: string, args: unknown) => {
        asked.push([name, args]);
        const error = refuse[name];
        return error === undefined ? { ok: true, value: answers[name]?.(args) } : { ok: false, error };
      },
      cancel: () => undefined,
    },
  });
  useServers.setState({ servers: [server], loaded: true, error: null });
  useView.setState({ ...initialView, deploySheet: { path: '/code/blog' } }, true);
  // Nothing of the test before is left behind for the folder.
  useDeploySheet.setState({ touched: new Set() });
  endDeploySheet();
});

const until = (holds: (state: DeploySheetState) => boolean): Promise<DeploySheetState> =>
  vi.waitUntil(() => {
    const state = useDeploySheet.getState();
    return holds(state) ? state : null;
  });
const begin = async (): Promise<DeploySheetState> => {
  beginDeploySheet({ path: '/code/blog' });
  return until((state) => state.existing.value !== null);
};
const lastDeploy = (): unknown => asked.findLast(([name]) => name === 'deploy.start')?.[1];

describe('the deploy sheet', () => {
  it('shows the settings of the app that it would replace, and sends none of them', async () => {
    const { form } = await begin();
    expect([form.appName, form.server, form.port, form.replicas]).toEqual(['blog', 's1', '3000', '2']);
    expect(envRecord(form.environment)).toEqual({ A: '1' });
    await startDeploy();
    expect(lastDeploy()).toMatchObject({ server: 's1', app: 'blog', settings: {}, include: [], dockerfile: null });
    expect(useView.getState()).toMatchObject({ deploySheet: null, view: { kind: 'job', job: 'j1' } });
  });

  it('keeps what was typed when the app is renamed, and proposes the rest anew', async () => {
    await begin();
    editDeployForm({ replicas: '5' });
    editDeployForm({ appName: 'other' });
    const { form, existing } = useDeploySheet.getState();
    expect(existing.value).toBeNull();
    expect([form.port, form.replicas, form.environment]).toEqual(['8000', '5', []]);
    await startDeploy();
    expect(lastDeploy()).toMatchObject({ app: 'other', settings: { port: 8000, replicas: 5 } });
  });

  const key = { path: '.env', isFolder: false };

  it('sends a secret only when it was ticked, counts it at once and remembers it for the app', async () => {
    await begin();
    expect(treeOf(useDeploySheet.getState())).toMatchObject({ files: 1, heldBack: 1 });
    tickFile(key, true);
    expect(treeOf(useDeploySheet.getState())).toMatchObject({ files: 2, bytes: 1705, heldBack: 0 });
    const choices = { include: ['.env'], exclude: [] };
    const last = (name: string): unknown => asked.findLast(([one]) => one === name)?.[1];
    expect(last('choices.set')).toEqual({ path: '/code/blog', target: { server: 's1', app: 'blog' }, choices });
    await until((state) => !state.rescanning);
    expect(last('folders.inspect')).toMatchObject({ choices });
    expect(useDeploySheet.getState().pending.size).toBe(0);
    await startDeploy();
    expect(lastDeploy()).toMatchObject({ include: ['.env'], exclude: [] });
  });

  it('remembers a choice for the folder while there is no app of that name', async () => {
    await begin();
    editDeployForm({ appName: 'new' });
    tickFile({ path: 'a', isFolder: false }, false);
    const set = asked.findLast(([name]) => name === 'choices.set')?.[1];
    expect(set).toEqual({ path: '/code/blog', target: null, choices: { include: [], exclude: ['/a'] } });
  });

  it('leaves the choice of files to main at first, and takes over that of the app', async () => {
    remembered = { include: [], exclude: ['/docs/'] };
    await begin();
    expect(asked.find(([name]) => name === 'folders.inspect')?.[1]).toEqual({ path: '/code/blog', target: null, choices: null });
    await until((state) => state.form.choices.exclude.length === 1 && !state.rescanning);
    expect(asked.findLast(([name]) => name === 'folders.inspect')?.[1]).toMatchObject({ choices: remembered });
  });

  it('keeps what was ticked in the sheet when the app is renamed', async () => {
    await begin();
    tickFile(key, true);
    remembered = { include: [], exclude: ['/docs/'] };
    editDeployForm({ appName: 'other' });
    editDeployForm({ appName: 'blog' });
    await until((state) => !state.rescanning && !state.existing.loading);
    expect(useDeploySheet.getState().form.choices).toEqual({ include: ['.env'], exclude: [] });
  });

  it('proposes the app that the folder was last deployed to, where its server is still known', async () => {
    inspected = () => ({ lastTarget: { server: 's1', app: 'journal' } });
    beginDeploySheet({ path: '/code/blog' });
    expect((await until((state) => state.scan.kind === 'ready')).form).toMatchObject({ server: 's1', appName: 'journal' });
    inspected = () => ({ lastTarget: { server: 'gone', app: 'journal' }, scan: scanOf([], [ignored('x')]) });
    beginDeploySheet({ path: '/code/blog' });
    expect((await until((state) => state.scan.kind === 'ready')).form).toMatchObject({ server: 's1', appName: 'blog' });
  });

  it('stays open with the reason when the deploy was refused', async () => {
    await begin();
    refuse = { 'deploy.start': { code: 'domain-taken', message: 'x leads elsewhere' } };
    await startDeploy();
    expect(useDeploySheet.getState()).toMatchObject({ starting: false, startError: { code: 'domain-taken' } });
    expect(useView.getState().deploySheet).not.toBeNull();
  });

  it('says why a folder cannot be sent', async () => {
    refuse = { 'folders.inspect': { code: 'folder-empty', message: 'The folder is empty.' } };
    beginDeploySheet({ path: '/code/empty' });
    const { scan } = await until((state) => state.scan.kind === 'failed');
    expect(scan).toMatchObject({ error: { code: 'folder-empty' } });
  });

  it('has what was typed when it is opened again for the same folder, and not for another', async () => {
    await begin();
    editDeployForm({ domain: 'blog.example.com' });
    endDeploySheet();
    const { form } = await begin();
    expect(form.domain).toBe('blog.example.com');
    endDeploySheet();
    beginDeploySheet({ path: '/code/else' });
    expect(useDeploySheet.getState().form.domain).toBe('');
  });
});
