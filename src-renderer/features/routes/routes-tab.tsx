/**
 * Routes of a server as the window sees them: hosts and paths, where each leads and who may come in, beside the domains that apps have by
 * their own settings. Reads `state/routes.ts` and asks for changes by the functions there; knows apps only as names that routes lead to.
 */
import { Diff, Plus, RotateCw, Search, Signpost, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { RoutesView, ServerSummary } from '../../../src-main/contract/index.ts';
import { forgetRouteFailure, openAddRoute, readRoutes, useRoutes, useRoutesOf } from '../../state/routes.ts';
import { navigate } from '../../state/view.ts';
import { Button, EmptyState, IconButton, InlineError, RelativeTime, Section, Spinner, TextField } from '../../ui/index.ts';
import { PortsSection } from '../ports/ports-section.tsx';
import { BalancersSection } from './balancers-section.tsx';
import { DifferenceDialog } from './difference-dialog.tsx';
import { RouteTable } from './route-table.tsx';
import { searched, servedRows } from './served.ts';

/** From so many rows on they are looked for rather than read. */
const rowsToSearch = 4;

/** Everything that is served on a server, and by what rules. */
export function RoutesTab({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  const table = useRoutesOf(id);
  const { loading, error } = useRoutes((state) => state.table);
  const failure = useRoutes((state) => state.failure);
  const connected = server.connection.phase === 'connected';
  const [comparing, setComparing] = useState(false);
  useEffect(() => {
    if (connected && server.setup !== 'needed') void readRoutes(id);
  }, [id, connected, server.setup]);

  if (server.setup === 'needed') return <NotSetUp server={server} />;
  if (table === null) {
    if (error) return <InlineError error={error} actions={<TryAgain server={id} />} />;
    if (connected) {
      return (
        <p className="flex items-center gap-2 text-text-2">
          <Spinner label={null} /> Reading the routes of {name}
        </p>
      );
    }
    return (
      <EmptyState icon={Signpost} title="Not connected">
        The routes of {name} are read when it is connected.
      </EmptyState>
    );
  }
  return (
    <>
      {failure && (
        <div className="mb-4">
          <InlineError
            error={failure}
            actions={
              <Button size="sm" variant="ghost" onClick={forgetRouteFailure}>
                Dismiss
              </Button>
            }
          />
        </div>
      )}
      {error && (
        <div className="mb-4">
          <InlineError error={error} actions={<TryAgain server={id} />} />
        </div>
      )}
      {table.note !== null && (
        <div role="status" className="mb-4 flex items-start gap-2.5 rounded-6 bg-warn-soft px-3 py-2.5">
          <TriangleAlert aria-hidden size={16} className="mt-px flex-none text-warn" />
          <span className="selectable min-w-0 flex-1 wrap-anywhere">{table.note}</span>
          {connected && (
            <Button size="sm" onClick={() => setComparing(true)}>
              What differs
            </Button>
          )}
        </div>
      )}
      <Served server={server} table={table} loading={loading} onCompare={() => setComparing(true)} />
      <PortsSection server={server} />
      <BalancersSection server={server} balancers={table.balancers} />
      {comparing && <DifferenceDialog server={server} change={null} onClose={() => setComparing(false)} />}
    </>
  );
}

interface ServedProps {
  readonly server: ServerSummary;
  readonly table: RoutesView;
  readonly loading: boolean;
  readonly onCompare: () => void;
}

function Served({ server, table, loading, onCompare }: ServedProps): ReactNode {
  const { id, name } = server.profile;
  const [search, setSearch] = useState('');
  const connected = server.connection.phase === 'connected';
  const whyNot = connected ? undefined : `${name} is not connected`;
  const rows = servedRows(table.routes, server.apps);
  const shown = searched(rows, search);
  const none = table.routes.length === 0;
  return (
    <Section
      title="Routes"
      hint={none ? undefined : <Changed table={table} />}
      actions={
        <>
          {rows.length >= rowsToSearch && (
            <TextField
              label="Search routes"
              labelHidden
              className="w-52"
              placeholder="Host, path or target"
              before={<Search aria-hidden size={14} />}
              value={search}
              onChange={setSearch}
              onKeyDown={(event) => {
                if (event.key === 'Escape') setSearch('');
              }}
            />
          )}
          <IconButton label="What differs at the edge" icon={Diff} size="sm" disabled={!connected} onClick={onCompare} />
          <IconButton label="Read again" icon={RotateCw} size="sm" disabled={!connected || loading} onClick={() => void readRoutes(id)} />
          {!none && (
            <Button size="sm" icon={Plus} disabled={!connected} title={whyNot} onClick={() => openAddRoute(id)}>
              Add a route…
            </Button>
          )}
        </>
      }
    >
      {none && (
        <EmptyState
          icon={Signpost}
          title="No routes yet"
          action={
            <Button variant="primary" icon={Plus} disabled={!connected} title={whyNot} onClick={() => openAddRoute(id)}>
              Add a route…
            </Button>
          }
        >
          <Lesson />
        </EmptyState>
      )}
      {rows.length > 0 && shown.length === 0 && (
        <p role="status" className="py-6 text-center text-text-2">
          No route and no domain has “{search.trim()}” in it.
        </p>
      )}
      {shown.length > 0 && <RouteTable server={server} rows={shown} routes={table.routes} />}
    </Section>
  );
}

function Changed({ table: { routes, by, at } }: { readonly table: RoutesView }): ReactNode {
  return (
    <>
      {routes.length}
      {by !== '' && (
        <>
          , changed by <span className="selectable">{by}</span> <RelativeTime at={at} />
        </>
      )}
    </>
  );
}

const examples: readonly (readonly [string, string])[] = [
  ['old.example.com', 'sends its visitors on to your new name'],
  ['shop.example.com/blog', 'leads to another app than the rest of the site'],
  ['staging.example.com', 'lets in those with a password'],
];

/** What a route is for, with examples. */
function Lesson(): ReactNode {
  return (
    <>
      <p>Apps answer at their own domains without any. A route is for what goes beyond that:</p>
      <dl className="mx-auto mt-3 grid w-fit grid-cols-[auto_auto] gap-x-3 gap-y-1 text-left text-12">
        {examples.map(([what, does]) => (
          <div key={what} className="contents">
            <dt className="text-right font-mono text-text">{what}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function TryAgain({ server }: { readonly server: string }): ReactNode {
  return (
    <Button size="sm" onClick={() => void readRoutes(server)}>
      Try again
    </Button>
  );
}

function NotSetUp({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  return (
    <EmptyState
      icon={Signpost}
      title={`${name} is not set up yet`}
      action={
        <Button variant="primary" onClick={() => navigate({ kind: 'server', server: id, tab: 'set-up' })}>
          Go to set-up
        </Button>
      }
    >
      The set-up starts the edge, which takes visitors in and leads them on.
    </EmptyState>
  );
}
