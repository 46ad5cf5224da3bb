import { create } from 'zustand';
import {
  type ErrorShape,
  isCancellation,
  type PortChange,
  type PortKey,
  type PortsView,
  type PortView,
  portInWords,
  toErrorShape,
} from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';
import { type Loadable, load, notLoaded } from './loadable.ts';

export interface PortsState {
  readonly server: string;
  readonly table: Loadable<PortsView>;
  /** The port that is being removed, as `5432/tcp`. */
  readonly removing: string | null;
  /** Why the last removal was not done; null once it was read. */
  readonly failure: ErrorShape | null;
}

const empty: PortsState = { server: '', table: notLoaded, removing: null, failure: null };

/** The ports of the server whose page is shown, beside 80 and 443. */
export const usePorts = create<PortsState>()(() => empty);

let reading = new AbortController();

/** Reads the ports of a server; what was read of the same server before stays in view meanwhile. */
export async function readPorts(server: string): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  if (usePorts.getState().server !== server) usePorts.setState({ ...empty, server });
  await load(
    usePorts.getState().table,
    () => call('ports.list', { server }, { signal }),
    (table) => usePorts.setState({ table }),
    () => !signal.aborted,
  );
}

/** What is known of a server's ports; null while nothing is, and of every other server. */
export function usePortsOf(server: string): PortsView | null {
  return usePorts((state) => (state.server === server ? state.table.value : null));
}

/** Makes a change, and shows what there is then. Returns it. Throws what it is refused for. */
export async function changePorts(server: string, change: PortChange): Promise<PortsView> {
  const value = await call('ports.change', { server, change });
  // An answer that was asked for before the change would show what is no more.
  reading.abort();
  if (usePorts.getState().server === server) usePorts.setState({ table: { value, loading: false, error: null } });
  return value;
}

/** Closes a port, one at a time; what went wrong stays on the page until it is dismissed or another is closed. */
export async function removePort(server: string, { protocol, port }: PortKey): Promise<void> {
  if (usePorts.getState().removing !== null) return;
  usePorts.setState({ removing: portInWords({ protocol, port }), failure: null });
  let failure: ErrorShape | null = null;
  try {
    await changePorts(server, { do: 'remove', port: { protocol, port } });
  } catch (error) {
    if (!isCancellation(error)) failure = toErrorShape(error);
  }
  const shown = usePorts.getState().server === server;
  usePorts.setState(shown ? { removing: null, failure } : { removing: null });
  // Somebody else may have closed it, or it is not known whether it went.
  if (shown && failure !== null) void readPorts(server);
}

export function forgetPortFailure(): void {
  usePorts.setState({ failure: null });
}

export interface PortDialogRequest {
  readonly server: string;
  /** The port that is changed; null opens one. */
  readonly port: PortView | null;
}

/** The dialog about a port that is open. */
export const usePortDialog = create<{ readonly dialog: PortDialogRequest | null }>()(() => ({ dialog: null }));

export function openAddPort(server: string): void {
  usePortDialog.setState({ dialog: { server, port: null } });
}

export function openEditPort(server: string, port: PortView): void {
  usePortDialog.setState({ dialog: { server, port } });
}

export function closePortDialog(): void {
  usePortDialog.setState({ dialog: null });
}
