/**
 * State of the window, one zustand store per feature. Stores call the bridge; components only read stores and call the functions
 * beside them. This one: where the user is, and which overlays are open.
 */
import { create } from 'zustand';

export type ServerTab = 'overview' | 'containers' | 'routes' | 'certificates' | 'terminal' | 'set-up';
export type AppTab = 'overview' | 'releases' | 'logs' | 'terminal' | 'settings';

export type View =
  | { readonly kind: 'home' }
  | { readonly kind: 'server'; readonly server: string; readonly tab: ServerTab }
  | { readonly kind: 'app'; readonly server: string; readonly app: string; readonly tab: AppTab }
  | { readonly kind: 'job'; readonly job: string }
  | { readonly kind: 'settings' };

export interface DeploySheetRequest {
  readonly path: string;
  /** Where the user was when they dropped it: what the sheet proposes. */
  readonly server?: string | undefined;
  readonly app?: string | undefined;
}

export interface ViewState {
  readonly view: View;
  readonly past: readonly View[];
  readonly future: readonly View[];
  readonly addServer: boolean;
  /** The id of the server that is being changed. */
  readonly editServer: string | null;
  readonly palette: boolean;
  readonly jobsTray: boolean;
  readonly shortcuts: boolean;
  /** The small dialog that asks for a folder's path. */
  readonly choosePath: boolean;
  readonly deploySheet: DeploySheetRequest | null;
}

export type Overlay = 'addServer' | 'palette' | 'jobsTray' | 'shortcuts' | 'choosePath';

const longestPast = 100;

export const initialView: ViewState = {
  view: { kind: 'home' },
  past: [],
  future: [],
  addServer: false,
  editServer: null,
  palette: false,
  jobsTray: false,
  shortcuts: false,
  choosePath: false,
  deploySheet: null,
};

export const useView = create<ViewState>()(() => initialView);

/** Goes to a view and remembers the one before. Going where one already is changes nothing; overlays that lead somewhere close. */
export function navigate(view: View): void {
  useView.setState((state) => {
    const closed = { palette: false, jobsTray: false };
    if (sameView(state.view, view)) return closed;
    return { ...closed, view, past: [...state.past, state.view].slice(-longestPast), future: [] };
  });
}

export function goBack(): void {
  useView.setState(({ view, past, future }) => {
    const before = past.at(-1);
    return before === undefined ? {} : { view: before, past: past.slice(0, -1), future: [view, ...future] };
  });
}

export function goForward(): void {
  useView.setState(({ view, past, future }) => {
    const [after, ...rest] = future;
    return after === undefined ? {} : { view: after, past: [...past, view], future: rest };
  });
}

/** Forgets every view that `gone` names, as of a server that was removed; leaves it for home when it is the one shown. */
export function forgetViews(gone: (view: View) => boolean): void {
  useView.setState(({ view, past, future }) => ({
    view: gone(view) ? { kind: 'home' } : view,
    past: past.filter((one) => !gone(one)),
    future: future.filter((one) => !gone(one)),
  }));
}

export function setOverlay(overlay: Overlay, open: boolean): void {
  useView.setState({ [overlay]: open });
}

/** Opens the deploy sheet for a folder. Without `at` it proposes the server and app that are shown. */
export function openDeploySheet(path: string, at: { readonly server?: string | undefined; readonly app?: string | undefined } = {}): void {
  useView.setState(({ view }) => {
    const shown = view.kind === 'server' || view.kind === 'app' ? view : null;
    const server = at.server ?? shown?.server;
    const app = at.app ?? (at.server === undefined && shown?.kind === 'app' ? shown.app : undefined);
    return { deploySheet: { path, server, app }, palette: false, jobsTray: false, choosePath: false };
  });
}

export function closeDeploySheet(): void {
  useView.setState({ deploySheet: null });
}

/** Opens the dialog that changes a server. */
export function openEditServer(server: string): void {
  useView.setState({ editServer: server, palette: false, jobsTray: false });
}

export function closeEditServer(): void {
  useView.setState({ editServer: null });
}

export function sameView(a: View, b: View): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
