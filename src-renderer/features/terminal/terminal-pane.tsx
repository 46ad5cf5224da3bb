/**
 * Terminals: a shell on a server or inside a replica, on xterm.js. Sessions live in `state/terminals.ts`, outside of React, so that a
 * shell survives a change of view; what is here only shows them. Output may colour and move, never act: see `terminal-session.ts`.
 */
import { type ReactNode, useEffect } from 'react';
import type { TerminalTarget } from '../../../src-main/contract/index.ts';
import { serverName, useServers } from '../../state/servers.ts';
import { openTerminal, reopenTerminal, type TerminalPlace, useTerminals } from '../../state/terminals.ts';
import { Spinner } from '../../ui/index.ts';
import { TerminalScreen } from './terminal-screen.tsx';

interface TerminalPaneProps {
  readonly server: string;
  readonly target: TerminalTarget;
}

/** The one shell of a place: opened when it is first shown, found again later. */
export function TerminalPane({ server, target }: TerminalPaneProps): ReactNode {
  const owner = `pane:${server}:${target.kind === 'container' ? target.container : 'server'}`;
  const tab = useTerminals((state) => state.tabs[owner]?.[0]);
  const name = useServers((state) => serverName(state.servers, server));
  const place: TerminalPlace =
    target.kind === 'server'
      ? { kind: 'server' }
      : { kind: 'replica', replica: target.container.slice(0, 12), container: target.container };
  const label = place.kind === 'server' ? name : place.replica;

  useEffect(() => {
    if ((useTerminals.getState().tabs[owner] ?? []).length === 0) openTerminal(owner, server, place, label);
  });

  if (tab === undefined) return <Spinner label="Opening a shell" />;
  return (
    <TerminalScreen
      key={tab.id}
      session={tab.session}
      label={`Terminal in ${label}`}
      onReopen={() => reopenTerminal(owner, tab.id, place)}
    />
  );
}
