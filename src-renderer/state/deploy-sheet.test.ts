import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings, type ErrorShape, type FolderInspection, type ServerSummary } from '../../src-main/contract/index.ts';
import { envRecord } from '../features/app-settings/env-text.ts';
import {
  beginDeploySheet,
  type DeploySheetState,
  editDeployForm,
  endDeploySheet,
  includeSecret,
  startDeploy,
  useDeploySheet,
} from './deploy-sheet.ts';
import { useServers } from './servers.ts';
import { initialView, useView } from './view.ts';

const inspection: FolderInspection = {
  scan: {
    root: '/code/blog',
    files: 1,
    directories: 0,
    bytes: 5,
    entries: [],
    leftOut: [{ path: '.env', kind: 'file', reason: 'secret', rule: null, bytes: 3 }],
    truncated: false,
    durationMs: 1,
  },
  build: { origin: 'proposed', language: 'node', label: 'Node', reasons: [], dockerfile: 'FROM node:20', port: 8000 },
  suggestedName: 'blog',
};
const summary = { name: 'blog', state: 'live' as const, release: 12, replicas: { healthy: 2, wanted: 2 }, hosts: [] };
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

beforeEach(() => {
  asked = [];
  refuse = {};
  const answers: Record<string, () => unknown> = {
    'folders.inspect': () => inspection,
    'apps.get': () => ({ summary, settings, replicas: [] }),
    'deploy.start': () => ({ job: 'j1' }),
  };
  vi.stubGlobal('window', {
    longshore: {
      call: async (name: string, args: unknown) => {
        asked.push([name, args]);
        const error = refuse[name];
        return error === undefined ? { ok: true, value: answers[name]?.() } : { ok: false, error };
      },
      cancel: () => undefined,
    },
  });
  useServers.setState({ servers: [server], loaded: true, error: null });
  useView.setState({ ...initialView, deploySheet: { path: '/code/blog' } }, true);
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

  it('sends a secret only when it was ticked', async () => {
    await begin();
    includeSecret('.env', true);
    await startDeploy();
    expect(lastDeploy()).toMatchObject({ include: ['.env'] });
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
