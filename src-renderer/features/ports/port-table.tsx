import { Box, Ellipsis, Globe, Pencil, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { counted, type PortState, type PortView, portInWords, type ServerSummary } from '../../../src-main/contract/index.ts';
import { openEditPort, removePort, usePorts } from '../../state/ports.ts';
import { navigate } from '../../state/view.ts';
import { confirm, IconButton, Menu, Spinner, type Status, StatusText, Table, Td, Th, Tr } from '../../ui/index.ts';

interface PortTableProps {
  readonly server: ServerSummary;
  readonly ports: readonly PortView[];
}

const states: Readonly<Record<PortState, readonly [Status, string]>> = {
  open: ['live', 'Open'],
  starting: ['working', 'Starting'],
  changing: ['degraded', 'Leads elsewhere still'],
  closed: ['failed', 'Closed'],
  unreached: ['failed', 'Nobody there'],
};

/** Each port with where it leads, whether it does, and who may come. */
export function PortTable({ server, ports }: PortTableProps): ReactNode {
  return (
    <Table label={`Ports of ${server.profile.name}`} className="table-fixed">
      <thead>
        <tr>
          <Th className="w-[16%]">Port</Th>
          <Th className="w-[32%]">Leads to</Th>
          <Th className="w-[26%]">State</Th>
          <Th>Rules</Th>
          <Th labelHidden className="w-8">
            Actions
          </Th>
        </tr>
      </thead>
      <tbody>
        {ports.map((port) => (
          <PortRow key={portInWords(port)} server={server} port={port} />
        ))}
      </tbody>
    </Table>
  );
}

interface PortRowProps {
  readonly server: ServerSummary;
  readonly port: PortView;
}

function PortRow({ server, port }: PortRowProps): ReactNode {
  const { id } = server.profile;
  const connected = server.connection.phase === 'connected';
  const open = (): void => openEditPort(id, port);
  const rules = rulesInShort(port);
  return (
    <Tr onOpen={connected ? open : undefined} data-port={portInWords(port)}>
      <Td className="truncate tabular">
        <button type="button" className="rounded-4 font-[530] enabled:hover:text-accent" disabled={!connected} onClick={open}>
          {port.port}
          <span className="text-text-2">/{port.protocol}</span>
        </button>
      </Td>
      <Td className="truncate">
        <Target server={id} port={port} />
      </Td>
      <Td className="truncate" title={port.reason || undefined}>
        <State port={port} />
      </Td>
      <Td quiet={rules !== ''} className="truncate" title={rules}>
        {rules === '' ? <span className="text-text-3">none</span> : rules}
      </Td>
      <Td className="text-right">
        <RowMenu server={server} port={port} />
      </Td>
    </Tr>
  );
}

function Target({ server, port: { target } }: { readonly server: string; readonly port: PortView }): ReactNode {
  const Icon = target.kind === 'app' ? Box : Globe;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Icon aria-hidden size={14} className="flex-none text-text-3" />
      <span className="min-w-0 truncate">
        {target.kind === 'app' ? (
          <button
            type="button"
            className="rounded-4 hover:text-accent"
            onClick={() => navigate({ kind: 'app', server, app: target.app, tab: 'overview' })}
          >
            {target.app}
          </button>
        ) : (
          <span className="selectable">{target.host}</span>
        )}
        <span className="text-12 text-text-3"> port {target.port}</span>
      </span>
    </span>
  );
}

function State({ port: { state, reason, connections } }: { readonly port: PortView }): ReactNode {
  const [status, word] = states[state];
  const open = connections === null || connections === 0 ? '' : `, ${counted(connections, 'connection')}`;
  return (
    <StatusText status={status}>
      {word}
      {open}
      {reason !== '' && <span className="text-12 text-text-3"> {reason}</span>}
    </StatusText>
  );
}

function rulesInShort({ allow, proxyProtocol }: PortView): string {
  return [allow.length === 0 ? '' : `only from ${allow.join(', ')}`, proxyProtocol ? 'PROXY protocol' : '']
    .filter((text) => text !== '')
    .join(', ');
}

function RowMenu({ server, port }: PortRowProps): ReactNode {
  const removing = usePorts((state) => state.removing);
  const words = portInWords(port);
  const disabled = server.connection.phase !== 'connected' || removing !== null;
  if (removing === words) return <Spinner label="Closing" />;
  return (
    <Menu
      trigger={<IconButton label={`More for ${words}`} icon={Ellipsis} size="sm" />}
      items={[
        { id: 'change', label: 'Change…', icon: Pencil, disabled, onSelect: () => openEditPort(server.profile.id, port) },
        null,
        { id: 'remove', label: 'Close…', icon: Trash2, danger: true, disabled, onSelect: () => void askClose(server, port) },
      ]}
    />
  );
}

async function askClose(server: ServerSummary, port: PortView): Promise<void> {
  const { connections } = port;
  const open =
    connections === null || connections === 0 ? '' : ` ${counted(connections, 'connection')} ${connections === 1 ? 'is' : 'are'} cut.`;
  const yes = await confirm({
    title: `Close the port ${portInWords(port)}?`,
    body: `Nobody reaches ${port.target.kind === 'app' ? port.target.app : port.target.host} by it any more.${open} Nothing else of ${server.profile.name} notices.`,
    action: 'Close port',
    danger: true,
  });
  if (yes) await removePort(server.profile.id, port);
}
