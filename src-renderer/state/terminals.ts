import { create } from 'zustand';
import type { TerminalTarget } from '../../src-main/contract/index.ts';
import { call, openStream } from '../bridge/index.ts';
import { type TerminalPort, TerminalSession } from '../features/terminal/terminal-session.ts';
import { notify } from '../ui/toasts.tsx';
import { usePreferences } from './preferences.ts';

/** Where a terminal leads: a shell on the server, or inside a replica of an app, which is found anew after a deploy. */
export type TerminalPlace =
  | { readonly kind: 'server' }
  | { readonly kind: 'replica'; readonly replica: string; readonly container: string };

export interface TerminalTab {
  readonly id: string;
  readonly server: string;
  readonly place: TerminalPlace;
  /** `shop.1`, or the server's name. */
  readonly label: string;
  readonly session: TerminalSession;
}

export interface TerminalsState {
  /** By owner: a server, or a server and an app. They live on while other views are shown. */
  readonly tabs: Readonly<Record<string, readonly TerminalTab[]>>;
  readonly active: Readonly<Record<string, string>>;
}

/** The open terminals. */
export const useTerminals = create<TerminalsState>()(() => ({ tabs: {}, active: {} }));

export function terminalOwner(server: string, app: string | null): string {
  return app === null ? server : `${server}/${app}`;
}

let opened = 0;

/** Opens a shell in a new tab of its owner and returns the tab's id. */
export function openTerminal(owner: string, server: string, place: TerminalPlace, label: string): string {
  opened += 1;
  const id = `terminal-${opened}`;
  // Asked for when a shell starts: by then the replica's container may be another one.
  const target = (): TerminalTarget => targetOf(findTab(id)?.place ?? place);
  const tab: TerminalTab = { id, server, place, label, session: new TerminalSession(port(server, target)) };
  useTerminals.setState(({ tabs, active }) => ({
    tabs: { ...tabs, [owner]: [...(tabs[owner] ?? []), tab] },
    active: { ...active, [owner]: id },
  }));
  return id;
}

function findTab(id: string): TerminalTab | undefined {
  return Object.values(useTerminals.getState().tabs)
    .flat()
    .find((tab) => tab.id === id);
}

/** Opens a new shell in an ended tab. A replica's container may be another one by now: a deploy or a restart replaced it. */
export function reopenTerminal(owner: string, id: string, place: TerminalPlace): void {
  useTerminals.setState(({ tabs }) => ({
    tabs: { ...tabs, [owner]: (tabs[owner] ?? []).map((tab) => (tab.id === id ? { ...tab, place } : tab)) },
  }));
  findTab(id)?.session.reconnect();
}

export function showTerminal(owner: string, id: string): void {
  useTerminals.setState(({ active }) => ({ active: { ...active, [owner]: id } }));
}

/** Ends the shell; the tab beside it is shown. */
export function closeTerminal(owner: string, id: string): void {
  useTerminals.setState(({ tabs, active }) => {
    const before = tabs[owner] ?? [];
    const at = before.findIndex((tab) => tab.id === id);
    before[at]?.session.dispose();
    const after = before.filter((tab) => tab.id !== id);
    const next = active[owner] === id ? (after[at] ?? after.at(-1)) : undefined;
    return { tabs: { ...tabs, [owner]: after }, active: next === undefined ? active : { ...active, [owner]: next.id } };
  });
}

/** Ends every shell of a server that was removed. */
export function closeTerminalsOf(server: string): void {
  for (const [owner, tabs] of Object.entries(useTerminals.getState().tabs)) {
    for (const tab of tabs) if (tab.server === server) closeTerminal(owner, tab.id);
  }
}

function targetOf(place: TerminalPlace): TerminalTarget {
  return place.kind === 'server' ? { kind: 'server' } : { kind: 'container', container: place.container };
}

/** What a session may do outside of itself. */
function port(server: string, target: () => TerminalTarget): TerminalPort {
  return {
    open: (size, handlers) =>
      openStream(
        'terminal',
        { server, target: target(), size },
        { onChunk: (bytes) => new Promise<void>((acknowledge) => handlers.onData(bytes, acknowledge)), onEnd: handlers.onEnd },
      ),
    readClipboard: async () => (await call('clipboard.read', {})).text,
    writeClipboard: (text) => void call('clipboard.write', { text }).catch(notify.error),
    copyOnSelect: () => usePreferences.getState().preferences.terminal.copyOnSelect,
    fontSize: () => usePreferences.getState().preferences.terminal.fontSize,
  };
}

/** Opens a link that the user said yes to. */
export function openLink(url: string): void {
  call('links.open', { url }).catch(notify.error);
}
