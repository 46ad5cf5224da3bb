import { clsx } from 'clsx';
import { Plus, Server, SquareTerminal, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect } from 'react';
import type { Replica } from '../../../src-main/contract/index.ts';
import {
  closeTerminal,
  openTerminal,
  reopenTerminal,
  showTerminal,
  type TerminalPlace,
  type TerminalTab,
  terminalOwner,
  useTerminals,
} from '../../state/terminals.ts';
import { Button, EmptyState, IconButton, Menu } from '../../ui/index.ts';
import { TerminalScreen } from './terminal-screen.tsx';

interface TerminalTabsProps {
  readonly server: string;
  readonly serverName: string;
  readonly app: string;
  readonly replicas: readonly Replica[];
  /** False while the replicas are not known yet. */
  readonly known: boolean;
  readonly connected: boolean;
}

const noTabs: readonly TerminalTab[] = [];

/** The shells of an app: one tab each, in a replica or on its server; "plus" chooses where. */
export function TerminalTabs(props: TerminalTabsProps): ReactNode {
  const { server, serverName, app, replicas, connected } = props;
  const owner = terminalOwner(server, app);
  const tabs = useTerminals((state) => state.tabs[owner] ?? noTabs);
  const active = useTerminals((state) => state.active[owner]);
  const shown = tabs.find((tab) => tab.id === active) ?? tabs[0];
  const open = (place: TerminalPlace): void => {
    openTerminal(owner, server, place, place.kind === 'server' ? serverName : place.replica);
  };
  const first = placeOf(replicas.find((replica) => replica.state === 'healthy') ?? replicas[0]);

  // The page of an app's terminal is opened to have one.
  useEffect(() => {
    const none = (useTerminals.getState().tabs[owner] ?? noTabs).length === 0;
    if (none && connected && first !== null && props.known) openTerminal(owner, server, first, first.replica);
  }, [owner, props.known, connected]);

  const items = [
    ...replicas.map((replica) => {
      const place = placeOf(replica);
      return {
        id: replica.taskId,
        label: place === null ? `${replica.name} has no container yet` : replica.name,
        icon: SquareTerminal,
        disabled: place === null,
        onSelect: () => place !== null && open(place),
      };
    }),
    ...(replicas.length > 0 ? [null] : []),
    { id: 'server', label: `${serverName} (the server itself)`, icon: Server, onSelect: () => open({ kind: 'server' }) },
  ];

  if (shown === undefined) {
    return (
      <EmptyState
        icon={SquareTerminal}
        title="No terminal is open"
        action={
          <>
            {first !== null && (
              <Button variant="primary" disabled={!connected} onClick={() => open(first)}>
                Open a shell in {first.replica}
              </Button>
            )}
            <Button disabled={!connected} onClick={() => open({ kind: 'server' })}>
              Open a shell on {serverName}
            </Button>
          </>
        }
      >
        {connected
          ? 'A shell runs inside a replica of the app, as bash where there is one and sh otherwise, or on the server.'
          : `${serverName} is not connected, so no shell can be opened now.`}
      </EmptyState>
    );
  }
  const again = placeAgain(shown, replicas);
  return (
    <div className="flex min-h-0 flex-1 flex-col px-5 pb-4">
      <TerminalScreen
        session={shown.session}
        label={`Terminal in ${shown.label}`}
        onReopen={again === null || !connected ? null : () => reopenTerminal(owner, shown.id, again)}
        {...whyNot(connected, again, shown.label, serverName)}
        onClose={() => closeTerminal(owner, shown.id)}
        head={
          <>
            <div role="tablist" aria-label="Terminals" className="flex h-full min-w-0 items-stretch gap-1 overflow-x-auto">
              {tabs.map((tab) => (
                <ShellTab
                  key={tab.id}
                  tab={tab}
                  active={tab === shown}
                  onShow={() => showTerminal(owner, tab.id)}
                  onClose={() => closeTerminal(owner, tab.id)}
                />
              ))}
            </div>
            <Menu
              align="start"
              trigger={<IconButton label="Open another terminal" icon={Plus} size="sm" disabled={!connected} />}
              items={items}
            />
          </>
        }
      />
    </div>
  );
}

interface ShellTabProps {
  readonly tab: TerminalTab;
  readonly active: boolean;
  readonly onShow: () => void;
  readonly onClose: () => void;
}

/** One tab. The cross is for the mouse; keyboards close with Delete, or by the button beside the tools. */
function ShellTab({ tab, active, onShow, onClose }: ShellTabProps): ReactNode {
  const Icon = tab.place.kind === 'server' ? Server : SquareTerminal;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Delete') onClose();
    else if (event.key === 'ArrowRight') focusOn(event.currentTarget.nextElementSibling);
    else if (event.key === 'ArrowLeft') focusOn(event.currentTarget.previousElementSibling);
  };
  return (
    <button
      type="button"
      role="tab"
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      onClick={onShow}
      onKeyDown={onKeyDown}
      className={clsx(
        'flex flex-none items-center gap-1.5 border-b-2 pr-1 pl-2 outline-offset-[-2px]!',
        active ? 'border-accent font-[540] text-text' : 'border-transparent text-text-2 hover:text-text',
      )}
    >
      <Icon aria-hidden size={14} />
      {tab.label}
      <span
        aria-hidden
        title={`Close ${tab.label}`}
        className="flex size-5 items-center justify-center rounded-4 hover:bg-hover"
        onClick={(event) => {
          event.stopPropagation();
          onClose();
        }}
      >
        <X size={14} />
      </span>
    </button>
  );
}

function focusOn(element: Element | null): void {
  if (element instanceof HTMLElement) element.focus();
}

type ReplicaPlace = Extract<TerminalPlace, { kind: 'replica' }>;

function placeOf(replica: Replica | undefined): ReplicaPlace | null {
  if (replica === undefined || replica.containerId === null) return null;
  return { kind: 'replica', replica: replica.name, container: replica.containerId };
}

/** Where a new shell of an ended tab goes: the replica of the same name, whatever its container is by now. */
function placeAgain(tab: TerminalTab, replicas: readonly Replica[]): TerminalPlace | null {
  const { place } = tab;
  if (place.kind === 'server') return place;
  return placeOf(replicas.find((replica) => replica.name === place.replica && replica.containerId !== null));
}

function whyNot(connected: boolean, again: TerminalPlace | null, label: string, serverName: string): { whyNot?: string } {
  if (!connected) return { whyNot: `${serverName} is not connected. The shell can be opened again when it is back.` };
  return again === null ? { whyNot: `${label} does not run any more. Open a terminal in another replica.` } : {};
}
