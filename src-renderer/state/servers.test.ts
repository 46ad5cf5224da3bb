import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerSummary } from '../../src-main/contract/index.ts';
import { editServer, followServers, leaveGoneServers, loadServers, readContainers, useContainers, useServers } from './servers.ts';
import { initialView, navigate, openEditServer, useView } from './view.ts';

const server = (id: string): ServerSummary => ({
  profile: { id, name: id, host: 'h.lan', port: 22, user: 'root', authentication: { kind: 'agent' }, hostKey: null, addedAt: 0 },
  connection: { phase: 'idle' },
  setup: 'unknown',
  facts: null,
  apps: [],
  readAt: null,
});

let answers: Record<string, (outcome: unknown) => void> = {};
let tell: (servers: ServerSummary[]) => void = () => undefined;

beforeEach(() => {
  answers = {};
  vi.stubGlobal('window', {
    longshore: {
      call: (name: string, args: { server?: string }) =>
        new Promise((answer) => {
          answers[args.server ? `${name} ${args.server}` : name] = answer;
        }),
      cancel: () => undefined,
      on: (_name: string, listener: typeof tell) => {
        tell = listener;
        return () => undefined;
      },
    },
  });
  useServers.setState({ servers: [], loaded: false, error: null });
  useView.setState(initialView, true);
});

const shown = (): readonly string[] => useServers.getState().servers.map(({ profile }) => profile.id);

describe('the list of servers', () => {
  it('keeps what an event brought when an older answer comes after it', async () => {
    followServers();
    tell([server('s1'), server('s2')]);
    answers['servers.list']?.({ ok: true, value: [server('s1')] });
    await vi.waitFor(() => expect(useServers.getState().loaded).toBe(true));
    await Promise.resolve();
    expect(shown()).toEqual(['s1', 's2']);
  });

  it('is loaded and says why when it could not be read', async () => {
    const loading = loadServers();
    answers['servers.list']?.({ ok: false, error: { code: 'store-failed', message: 'The settings could not be read' } });
    await loading;
    expect(useServers.getState()).toMatchObject({ loaded: true, error: { code: 'store-failed' } });
  });

  it('leaves the page of a server that was forgotten elsewhere', () => {
    followServers();
    const stop = leaveGoneServers();
    tell([server('s1'), server('s2')]);
    navigate({ kind: 'server', server: 's1', tab: 'containers' });
    tell([server('s2')]);
    expect(useView.getState().view).toEqual({ kind: 'home' });
    stop();
  });
});

describe('changing a server', () => {
  const details = { name: 'attic', host: 'h.lan', port: 22, user: 'me', authentication: { kind: 'agent' } } as const;

  it('shows the new profile at once and keeps what an event said of the connection', async () => {
    followServers();
    tell([server('s1'), server('s2')]);
    const changing = editServer('s1', details);
    tell([{ ...server('s1'), connection: { phase: 'connecting', attempt: 1 } }, server('s2')]);
    const profile = { ...server('s1').profile, ...details };
    answers['servers.edit s1']?.({ ok: true, value: { ...server('s1'), profile } });
    await changing;
    expect(useServers.getState().servers).toMatchObject([{ profile, connection: { phase: 'connecting' } }, server('s2')]);
  });

  it('changes nothing when it is refused, and says why', async () => {
    followServers();
    tell([server('s1')]);
    const changing = editServer('s1', details);
    answers['servers.edit s1']?.({ ok: false, error: { code: 'name-taken', message: 'There is a server named attic already.' } });
    await expect(changing).rejects.toMatchObject({ code: 'name-taken' });
    expect(useServers.getState().servers).toEqual([server('s1')]);
  });

  it('is over when the server is forgotten elsewhere', () => {
    followServers();
    const stop = leaveGoneServers();
    tell([server('s1'), server('s2')]);
    openEditServer('s1');
    tell([server('s1')]);
    expect(useView.getState().editServer).toBe('s1');
    tell([]);
    expect(useView.getState().editServer).toBeNull();
    stop();
  });
});

describe('the containers', () => {
  it('are those of the server that was asked for last', async () => {
    const first = readContainers('s1');
    const second = readContainers('s2');
    answers['servers.containers s2']?.({ ok: true, value: [{ id: 'b' }] });
    await second;
    answers['servers.containers s1']?.({ ok: true, value: [{ id: 'a' }] });
    await first;
    expect(useContainers.getState()).toMatchObject({ server: 's2', containers: [{ id: 'b' }], loading: false });
  });

  it('stay in view while they are read again', async () => {
    const first = readContainers('s1');
    answers['servers.containers s1']?.({ ok: true, value: [{ id: 'a' }] });
    await first;
    void readContainers('s1');
    expect(useContainers.getState()).toMatchObject({ containers: [{ id: 'a' }], loading: true });
  });
});
