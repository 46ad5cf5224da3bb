import { create } from 'zustand';
import {
  type AppSummary,
  type CallArgs,
  type ContainerSummary,
  type ErrorShape,
  isCancellation,
  type ServerSummary,
  toErrorShape,
} from '../../src-main/contract/index.ts';
import { call, subscribe } from '../bridge/index.ts';
import { closeEditServer, forgetViews, navigate, useView } from './view.ts';

export interface ServersState {
  /** In the order they were added. */
  readonly servers: readonly ServerSummary[];
  /** False until main answered the first time. */
  readonly loaded: boolean;
  readonly error: ErrorShape | null;
}

export const useServers = create<ServersState>()(() => ({ servers: [], loaded: false, error: null }));

/** Listens first and reads then, so that nothing is missed in between. Returns the function that ends it. */
export function followServers(): () => void {
  const stop = subscribe('servers.changed', (servers) => useServers.setState({ servers, loaded: true, error: null }));
  void loadServers();
  return stop;
}

/** Told of each server that is gone, whether it was forgotten here or on the command line. */
export function onServerGone(listener: (server: string) => void): () => void {
  return useServers.subscribe(({ servers }, before) => {
    if (servers === before.servers) return;
    const known = new Set(servers.map(({ profile }) => profile.id));
    for (const { profile } of before.servers) if (!known.has(profile.id)) listener(profile.id);
  });
}

/** Leaves the pages of servers that are gone, and the dialog that changes one. */
export function leaveGoneServers(): () => void {
  return onServerGone((server) => {
    forgetViews((view) => 'server' in view && view.server === server);
    if (useView.getState().editServer === server) closeEditServer();
  });
}

export async function loadServers(): Promise<void> {
  const before = useServers.getState().servers;
  try {
    const servers = await call('servers.list', {});
    // An event that came meanwhile is newer than this answer.
    if (useServers.getState().servers === before) useServers.setState({ servers, loaded: true, error: null });
  } catch (error) {
    useServers.setState({ loaded: true, error: toErrorShape(error) });
  }
}

export function useServer(id: string | null | undefined): ServerSummary | undefined {
  return useServers((state) => state.servers.find((server) => server.profile.id === id));
}

export function findApp(servers: readonly ServerSummary[], server: string, app: string): AppSummary | undefined {
  return servers.find((one) => one.profile.id === server)?.apps.find((one) => one.name === app);
}

/** A server's name by its id, or the id while it is not known: for titles. */
export function serverName(servers: readonly ServerSummary[], id: string): string {
  return servers.find((server) => server.profile.id === id)?.profile.name ?? id;
}

/** Adds a server, which begins to connect at once. Throws `name-taken`, `invalid-input`. */
export async function addServer(server: CallArgs<'servers.add'>): Promise<ServerSummary> {
  const added = await call('servers.add', server);
  useServers.setState(({ servers }) =>
    servers.some((one) => one.profile.id === added.profile.id) ? {} : { servers: [...servers, added], loaded: true },
  );
  return added;
}

/** Changes how a server is called or reached. Throws `name-taken`, `invalid-input`, and `busy` where a job would be cut off. */
export async function editServer(server: string, details: CallArgs<'servers.add'>): Promise<ServerSummary> {
  const edited = await call('servers.edit', { ...details, server });
  // The profile alone: of the connection an event may have brought newer news than this answer.
  useServers.setState(({ servers }) => ({
    servers: servers.map((one) => (one.profile.id === server ? { ...one, profile: edited.profile } : one)),
  }));
  return edited;
}

/** Forgets a server on this computer. Nothing on the server is changed. */
export async function removeServer(server: string): Promise<void> {
  await call('servers.remove', { server });
  useServers.setState(({ servers }) => ({ servers: servers.filter((one) => one.profile.id !== server) }));
}

export async function connectServer(server: string): Promise<void> {
  await call('servers.connect', { server });
}

export async function disconnectServer(server: string): Promise<void> {
  await call('servers.disconnect', { server });
}

export async function refreshServer(server: string): Promise<void> {
  await call('servers.refresh', { server });
}

export async function acceptHostKey(server: string, fingerprint: string, typedHost?: string): Promise<void> {
  await call('servers.accept-host-key', { server, fingerprint, ...(typedHost === undefined ? {} : { typedHost }) });
}

/** Returns whether the operating system's store keeps it. */
export async function giveSecret(secret: CallArgs<'servers.give-secret'>): Promise<boolean> {
  return (await call('servers.give-secret', secret)).remembered;
}

/** Starts the set-up and shows its checklist. */
export async function setUpServer(server: string): Promise<void> {
  await call('servers.set-up', { server });
  navigate({ kind: 'server', server, tab: 'set-up' });
}

export interface ContainersState {
  readonly server: string | null;
  readonly containers: readonly ContainerSummary[] | null;
  readonly loading: boolean;
  readonly error: ErrorShape | null;
}

/** The containers of the server whose list is shown. */
export const useContainers = create<ContainersState>()(() => ({ server: null, containers: null, loading: false, error: null }));

let reading = new AbortController();

/** Reads the containers of a server; what was read of the same server before stays in view meanwhile. */
export async function readContainers(server: string): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  useContainers.setState((before) => ({
    server,
    containers: before.server === server ? before.containers : null,
    loading: true,
    error: null,
  }));
  try {
    const containers = await call('servers.containers', { server }, { signal });
    if (!signal.aborted) useContainers.setState({ containers, loading: false });
  } catch (error) {
    if (signal.aborted || isCancellation(error)) return;
    useContainers.setState({ loading: false, error: toErrorShape(error) });
  }
}
