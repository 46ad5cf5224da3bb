import { create } from 'zustand';
import {
  type EdgeDifference,
  type ErrorShape,
  isCancellation,
  type RouteChange,
  type RoutesView,
  type RouteTraffic,
  type RouteView,
  toErrorShape,
} from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';
import { type Loadable, load, notLoaded } from './loadable.ts';

export interface RoutesState {
  readonly server: string;
  readonly table: Loadable<RoutesView>;
  /** The id of the route that is being removed. */
  readonly removing: string | null;
  /** Why the last removal was not done; null once it was read. */
  readonly failure: ErrorShape | null;
}

const empty: RoutesState = { server: '', table: notLoaded, removing: null, failure: null };

/** The routes of the server whose page is shown. */
export const useRoutes = create<RoutesState>()(() => empty);

let reading = new AbortController();

/** Reads the routes of a server; what was read of the same server before stays in view meanwhile. No event tells of another computer's changes. */
export async function readRoutes(server: string): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  if (useRoutes.getState().server !== server) useRoutes.setState({ ...empty, server });
  await load(
    useRoutes.getState().table,
    () => call('routes.list', { server }, { signal }),
    (table) => useRoutes.setState({ table }),
    () => !signal.aborted,
  );
}

/** What is known of a server's routes; null while nothing is, and of every other server. */
export function useRoutesOf(server: string): RoutesView | null {
  return useRoutes((state) => (state.server === server ? state.table.value : null));
}

/** Makes a change, and shows what there is then. Passwords in it go to main and stay nowhere here. Throws what it is refused for. */
export async function changeRoutes(server: string, change: RouteChange): Promise<void> {
  const value = await call('routes.change', { server, change });
  // An answer that was asked for before the change would show what is no more.
  reading.abort();
  if (useRoutes.getState().server === server) useRoutes.setState({ table: { value, loading: false, error: null } });
}

/** What the edge counts of each route now; its hook keeps it while the page is seen. */
export function readRouteTraffic(server: string, signal: AbortSignal): Promise<readonly RouteTraffic[]> {
  return call('routes.traffic', { server }, { signal });
}

/** What differs at a server's edge now, or would with a change, which is not made. Kept nowhere: it is true for a moment. */
export function readDifference(server: string, change: RouteChange | null, signal: AbortSignal): Promise<EdgeDifference> {
  return call('routes.difference', { server, change }, { signal });
}

/** Removes a route, one at a time; what went wrong stays on the page until it is dismissed or another is removed. */
export async function removeRoute(server: string, id: string): Promise<void> {
  if (useRoutes.getState().removing !== null) return;
  useRoutes.setState({ removing: id, failure: null });
  let failure: ErrorShape | null = null;
  try {
    await changeRoutes(server, { do: 'remove', id });
  } catch (error) {
    if (!isCancellation(error)) failure = toErrorShape(error);
  }
  const shown = useRoutes.getState().server === server;
  useRoutes.setState(shown ? { removing: null, failure } : { removing: null });
  // Somebody else may have removed it, or it is not known whether it went.
  if (shown && failure !== null) void readRoutes(server);
}

export function forgetRouteFailure(): void {
  useRoutes.setState({ failure: null });
}

export interface RouteDialogRequest {
  readonly server: string;
  /** The route that is changed; null adds one. */
  readonly route: RouteView | null;
}

/** The dialog about a route that is open. */
export const useRouteDialog = create<{ readonly dialog: RouteDialogRequest | null }>()(() => ({ dialog: null }));

export function openAddRoute(server: string): void {
  useRouteDialog.setState({ dialog: { server, route: null } });
}

export function openEditRoute(server: string, route: RouteView): void {
  useRouteDialog.setState({ dialog: { server, route } });
}

export function closeRouteDialog(): void {
  useRouteDialog.setState({ dialog: null });
}
