/**
 * Ports of a server, beside 80 and 443, that lead to an app or elsewhere. Reads `state/ports.ts` and asks for changes by the functions
 * there; knows apps only as names that ports lead to.
 */
import { EthernetPort, Plus, RotateCw, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { forgetPortFailure, openAddPort, readPorts, usePorts, usePortsOf } from '../../state/ports.ts';
import { Button, IconButton, InlineError, Section, Spinner } from '../../ui/index.ts';
import { PortTable } from './port-table.tsx';

/** For a server that is set up. */
export function PortsSection({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  const view = usePortsOf(id);
  const { loading, error } = usePorts((state) => state.table);
  const failure = usePorts((state) => state.failure);
  const connected = server.connection.phase === 'connected';
  const whyNot = connected ? undefined : `${name} is not connected`;
  useEffect(() => {
    if (connected) void readPorts(id);
  }, [id, connected]);
  if (view === null && !connected) return null;
  return (
    <Section
      title="Ports"
      hint={view && view.ports.length > 0 ? view.ports.length : undefined}
      actions={
        <>
          <IconButton
            label="Read the ports again"
            icon={RotateCw}
            size="sm"
            disabled={!connected || loading}
            onClick={() => void readPorts(id)}
          />
          <Button size="sm" icon={Plus} disabled={!connected} title={whyNot} onClick={() => openAddPort(id)}>
            Open a port…
          </Button>
        </>
      }
    >
      {failure && (
        <InlineError
          error={failure}
          actions={
            <Button size="sm" variant="ghost" onClick={forgetPortFailure}>
              Dismiss
            </Button>
          }
        />
      )}
      {error && (
        <InlineError
          error={error}
          actions={
            <Button size="sm" onClick={() => void readPorts(id)}>
              Try again
            </Button>
          }
        />
      )}
      {view?.note && (
        <p role="status" className="mb-3 flex items-start gap-2.5 rounded-6 bg-warn-soft px-3 py-2.5">
          <TriangleAlert aria-hidden size={16} className="mt-px flex-none text-warn" />
          <span className="selectable min-w-0 wrap-anywhere">{view.note}</span>
        </p>
      )}
      {view === null && !error && (
        <p className="flex items-center gap-2 text-text-2">
          <Spinner label={null} /> Reading the ports of {name}
        </p>
      )}
      {view?.ports.length === 0 && (
        <p className="flex items-center gap-2 py-1 text-text-2">
          <EthernetPort aria-hidden size={14} className="flex-none text-text-3" />
          Beside 80 and 443 no port leads anywhere. One may lead to a database, a game or a mail server that runs as an app.
        </p>
      )}
      {view && view.ports.length > 0 && <PortTable server={server} ports={view.ports} />}
    </Section>
  );
}
