import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerSummary } from '../../src-main/contract/index.ts';
import { useCertificateDialog } from '../state/certificates.ts';
import { useJobs } from '../state/jobs.ts';
import { usePortDialog } from '../state/ports.ts';
import { useRouteDialog } from '../state/routes.ts';
import { useServers } from '../state/servers.ts';
import { initialView, navigate, useView } from '../state/view.ts';
import type { KeyPress } from '../ui/keys.ts';
import { actionForKeys, actions, applies, findAction, readContext, runAction } from './index.ts';

const server: ServerSummary = {
  profile: {
    id: 's1',
    name: 'harbor-1',
    host: '203.0.113.7',
    port: 22,
    user: 'root',
    authentication: { kind: 'agent' },
    hostKey: null,
    addedAt: 0,
  },
  connection: { phase: 'connected', since: 0, latencyMs: 18 },
  setup: 'ready',
  facts: null,
  apps: [{ name: 'shop', state: 'live', release: 48, replicas: { healthy: 3, wanted: 3 }, hosts: ['shop.example.com'], https: [] }],
  readAt: 1,
};

const call = vi.fn(async (name: string) => ({ ok: true, value: name === 'folders.pick' ? { path: '/code/shop' } : null }));

beforeEach(() => {
  vi.stubGlobal('window', { longshore: { call, cancel: () => undefined } });
  call.mockClear();
  useView.setState(initialView, true);
  useServers.setState({ servers: [server], loaded: true, error: null });
  useJobs.setState({ jobs: [], loaded: true, error: null });
});

const available = (): readonly string[] => actions.filter((action) => applies(action, readContext())).map(({ id }) => id);
const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...modifiers,
});

describe('the registry', () => {
  it('has each id and each shortcut once', () => {
    const ids = actions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const shortcuts = actions.flatMap((action) => action.shortcuts ?? []);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it('has every action that the native menu asks for', () => {
    for (const id of ['settings.open', 'deploy.choose-folder', 'servers.add', 'palette.open', 'jobs.toggle', 'help.shortcuts']) {
      expect(findAction(id)?.id).toBe(id);
    }
  });

  it('says each action in words, whatever is shown', () => {
    for (const view of [{ kind: 'home' }, { kind: 'app', server: 's1', app: 'shop', tab: 'overview' }] as const) {
      navigate(view);
      for (const action of actions) expect(action.label(readContext())).toMatch(/^[A-Z].*\S$/);
    }
  });
});

describe('what applies', () => {
  it('is nothing of a server or an app at home', () => {
    expect(available()).not.toContain('server.disconnect');
    expect(available()).not.toContain('app.restart');
    expect(available()).toEqual(expect.arrayContaining(['servers.add', 'deploy.choose-folder', 'palette.open']));
  });

  it('is what the shown app allows', () => {
    navigate({ kind: 'app', server: 's1', app: 'shop', tab: 'logs' });
    expect(available()).toEqual(expect.arrayContaining(['app.open', 'app.restart', 'app.stop', 'app.overview', 'server.disconnect']));
    expect(available()).not.toContain('app.logs');
    expect(available()).not.toContain('app.start');
    expect(available()).toContain('app.pause');
    expect(available()).not.toContain('app.resume');
    expect(findAction('app.restart')?.label(readContext())).toBe('Restart shop');
  });

  it('offers to connect only where there is no connection', () => {
    navigate({ kind: 'server', server: 's1', tab: 'overview' });
    expect(available()).not.toContain('server.connect');
    useServers.setState({ servers: [{ ...server, connection: { phase: 'idle' } }] });
    expect(available()).toContain('server.connect');
    expect(available()).not.toContain('server.refresh');
  });
});

describe('running', () => {
  it('acts on what is shown', () => {
    navigate({ kind: 'app', server: 's1', app: 'shop', tab: 'logs' });
    expect(runAction('app.restart')).toBe(true);
    expect(call).toHaveBeenCalledWith('apps.restart', { server: 's1', app: 'shop' }, expect.any(String));
  });

  it('opens the dialog that changes the shown server', () => {
    expect(runAction('server.edit')).toBe(false);
    navigate({ kind: 'server', server: 's1', tab: 'overview' });
    expect(findAction('server.edit')?.label(readContext())).toBe('Change harbor-1…');
    expect(runAction('server.edit')).toBe(true);
    expect(useView.getState().editServer).toBe('s1');
  });

  it('asks what renewing the edge of the shown server would do, before it does anything', async () => {
    expect(available()).not.toContain('edge.update');
    navigate({ kind: 'server', server: 's1', tab: 'overview' });
    expect(runAction('edge.update')).toBe(true);
    expect(call.mock.calls).toEqual([['edge.plan', { server: 's1', way: 'behind-a-second' }, expect.any(String)]]);
    useServers.setState({ servers: [{ ...server, setup: 'needed' }] });
    expect(available()).not.toContain('edge.update');
    useServers.setState({ servers: [server] });
  });

  it('shows certificates of the shown server, and the dialogs that get one', () => {
    expect(available()).not.toContain('certificate.get');
    navigate({ kind: 'app', server: 's1', app: 'shop', tab: 'logs' });
    expect(findAction('server.certificates')?.label(readContext())).toBe('Certificates of harbor-1');
    expect(runAction('certificate.get')).toBe(true);
    expect(useCertificateDialog.getState().dialog).toEqual({ kind: 'get', server: 's1', names: null, renewed: null });
    expect(runAction('certificate.own')).toBe(true);
    expect(useCertificateDialog.getState().dialog).toEqual({ kind: 'own', server: 's1' });
    expect(runAction('server.certificates')).toBe(true);
    expect(available()).not.toContain('server.certificates');
    useServers.setState({ servers: [{ ...server, setup: 'needed' }] });
    expect(available()).not.toContain('certificate.get');
  });

  it('shows routes of the shown server, and the dialog that adds one', () => {
    expect(available()).not.toContain('route.add');
    navigate({ kind: 'app', server: 's1', app: 'shop', tab: 'logs' });
    expect(findAction('server.routes')?.label(readContext())).toBe('Routes of harbor-1');
    expect(runAction('route.add')).toBe(true);
    expect(useRouteDialog.getState().dialog).toEqual({ server: 's1', route: null });
    expect(runAction('port.add')).toBe(true);
    expect(usePortDialog.getState().dialog).toEqual({ server: 's1', port: null });
    expect(runAction('server.routes')).toBe(true);
    expect(available()).not.toContain('server.routes');
    useServers.setState({ servers: [{ ...server, connection: { phase: 'idle' } }] });
    expect(available()).not.toContain('route.add');
    expect(available()).not.toContain('port.add');
  });

  it('does nothing where the action does not apply or is not known', () => {
    expect(runAction('app.restart')).toBe(false);
    expect(runAction('no.such.action')).toBe(false);
    expect(call).not.toHaveBeenCalled();
  });

  it('opens the deploy sheet with the folder that was chosen', async () => {
    navigate({ kind: 'app', server: 's1', app: 'shop', tab: 'logs' });
    runAction('deploy.choose-folder');
    await vi.waitFor(() => expect(useView.getState().deploySheet).toEqual({ path: '/code/shop', server: 's1', app: 'shop' }));
  });
});

describe('keys', () => {
  it('find their action', () => {
    expect(actionForKeys(press('k', { ctrlKey: true }), false, false)?.id).toBe('palette.open');
    expect(actionForKeys(press('N', { ctrlKey: true, shiftKey: true }), false, false)?.id).toBe('servers.add');
    expect(actionForKeys(press('q', { ctrlKey: true }), false, false)).toBeUndefined();
  });

  it('leave Control and a letter to the program in a terminal, but not Shift or Command', () => {
    expect(actionForKeys(press('k', { ctrlKey: true }), true, false)).toBeUndefined();
    expect(actionForKeys(press('j', { ctrlKey: true }), true, false)).toBeUndefined();
    expect(actionForKeys(press('P', { ctrlKey: true, shiftKey: true }), true, false)?.id).toBe('palette.open');
    expect(actionForKeys(press('k', { metaKey: true }), true, true)?.id).toBe('palette.open');
  });
});
