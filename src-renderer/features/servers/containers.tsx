import { Boxes } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { ContainerSummary, ServerSummary } from '../../../src-main/contract/index.ts';
import { readContainers, useContainers } from '../../state/servers.ts';
import { navigate } from '../../state/view.ts';
import { plural } from '../../ui/format.ts';
import { Button, EmptyState, InlineError, RelativeTime, Spinner, type Status, StatusText, Table, Td, Th, Tr } from '../../ui/index.ts';

/** Every container on the server, ours and others', to read. */
export function Containers({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  const state = useContainers();
  const connected = server.connection.phase === 'connected';
  // Read when shown, when the connection is back, and when the server was looked at anew.
  useEffect(() => {
    if (connected) void readContainers(id);
  }, [id, connected, server.readAt]);

  const containers = state.server === id ? state.containers : null;
  if (state.error && state.server === id) {
    return (
      <InlineError
        error={state.error}
        actions={
          <Button size="sm" onClick={() => void readContainers(id)}>
            Try again
          </Button>
        }
      />
    );
  }
  if (containers === null) {
    return connected ? (
      <p className="flex items-center gap-2 text-text-2">
        <Spinner label={null} /> Reading the containers of {name}
      </p>
    ) : (
      <EmptyState icon={Boxes} title="Not connected">
        The containers of {name} are read when it is connected.
      </EmptyState>
    );
  }
  if (containers.length === 0) {
    return (
      <EmptyState icon={Boxes} title="No containers">
        Nothing runs in Docker on {name} yet. Apps and the edge show here once they are deployed.
      </EmptyState>
    );
  }
  const others = containers.filter((container) => container.owner === null).length;
  return (
    <>
      <p className="mb-2 text-12 text-text-3">
        {plural(containers.length, 'container')}
        {others > 0 && `, ${others} not Longshore’s: left as they are`}
      </p>
      <Table label={`Containers on ${name}`}>
        <thead>
          <tr>
            <Th>Name</Th>
            <Th>State</Th>
            <Th>Image</Th>
            <Th>Of</Th>
            <Th>Created</Th>
          </tr>
        </thead>
        <tbody>
          {containers.map((container) => (
            <Tr key={container.id}>
              <Td className="max-w-70 truncate">
                <code className="selectable text-12" title={container.id}>
                  {container.name}
                </code>
              </Td>
              <Td>
                <StatusText status={containerStatus(container)}>{container.status}</StatusText>
              </Td>
              <Td quiet className="max-w-60 truncate">
                <code className="selectable text-12" title={container.image}>
                  {shortImage(container.image)}
                </code>
              </Td>
              <Td quiet>
                <Owner server={server} owner={container.owner} />
              </Td>
              <Td quiet className="tabular">
                <RelativeTime at={container.createdAt} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}

/** As `docker ps` shows an image that has no name: the first 12 digits of its id. */
function shortImage(image: string): string {
  return image.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/, '$1');
}

function Owner({ server, owner }: { readonly server: ServerSummary; readonly owner: string | null }): ReactNode {
  if (owner === null) return <span className="text-text-3">not Longshore’s</span>;
  if (!server.apps.some((app) => app.name === owner)) return owner;
  return (
    <button
      type="button"
      className="rounded-4 text-accent hover:underline"
      onClick={() => navigate({ kind: 'app', server: server.profile.id, app: owner, tab: 'overview' })}
    >
      {owner}
    </button>
  );
}

/** By the state and health that `docker ps` reports. */
function containerStatus({ state, status }: ContainerSummary): Status {
  switch (state) {
    case 'running':
      return status.includes('unhealthy') ? 'degraded' : status.includes('starting') ? 'working' : 'live';
    case 'restarting':
      return 'degraded';
    case 'dead':
      return 'failed';
    case 'created':
    case 'removing':
      return 'working';
    case 'paused':
      return 'waiting';
    default:
      return status.startsWith('Exited (0)') || state !== 'exited' ? 'stopped' : 'failed';
  }
}
