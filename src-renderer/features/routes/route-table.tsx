import { Box, CornerUpRight, Ellipsis, Globe, type LucideIcon, Pencil, Trash2, Wrench } from 'lucide-react';
import type { ReactNode } from 'react';
import { type RouteTarget, type RouteTraffic, type RouteView, routeInWords, type ServerSummary } from '../../../src-main/contract/index.ts';
import { openEditRoute, useRoutes } from '../../state/routes.ts';
import { navigate } from '../../state/view.ts';
import { IconButton, Menu, Spinner, StatusText, Table, Td, Th, Tr } from '../../ui/index.ts';
import { askRemove } from './ask-remove.tsx';
import { trafficCells, useRouteTraffic } from './route-traffic.ts';
import { rulesInShort, targetAside, targetInWords } from './route-words.ts';
import type { ServedRow } from './served.ts';

interface RouteTableProps {
  readonly server: ServerSummary;
  readonly rows: readonly ServedRow[];
  /** All there are, also those that the search leaves out. */
  readonly routes: readonly RouteView[];
}

const icons: Readonly<Record<RouteTarget['kind'], LucideIcon>> = {
  app: Box,
  address: Globe,
  redirect: CornerUpRight,
  maintenance: Wrench,
};

const columns = ['rate', 'failed', 'time'] as const;

/** Host and path, where it leads, by what rules, and what comes there: routes, and between them the domains of apps. */
export function RouteTable({ server, rows, routes }: RouteTableProps): ReactNode {
  const connected = server.connection.phase === 'connected';
  const { value: traffic, error } = useRouteTraffic(server.profile.id, connected && routes.length > 0);
  return (
    <Table label={`Routes of ${server.profile.name}`} className="table-fixed">
      <thead>
        <tr>
          <Th className="w-[30%]">Host and path</Th>
          <Th className="w-[26%]">Leads to</Th>
          <Th>Rules</Th>
          <Th numeric className="w-14" title="Requests a second">
            Req/s
          </Th>
          <Th numeric className="w-14" title="Answered with 500 or more">
            Failed
          </Th>
          <Th numeric className="w-17" title="Until an answer begins">
            Time
          </Th>
          <Th labelHidden className="w-8">
            Actions
          </Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) =>
          row.kind === 'route' ? (
            <RouteRow
              key={row.route.id}
              server={server}
              route={row.route}
              routes={routes}
              traffic={error ? undefined : traffic?.find(({ id }) => id === row.route.id)}
            />
          ) : (
            <DomainRow key={`${row.app} ${row.host}`} server={server} row={row} />
          ),
        )}
      </tbody>
    </Table>
  );
}

interface RouteRowProps {
  readonly server: ServerSummary;
  readonly route: RouteView;
  readonly routes: readonly RouteView[];
  /** What the edge counted of it last; undefined while that is not known. */
  readonly traffic: RouteTraffic | undefined;
}

function RouteRow({ server, route, routes, traffic }: RouteRowProps): ReactNode {
  const { id } = server.profile;
  const cells = trafficCells(traffic);
  const connected = server.connection.phase === 'connected';
  const rules = rulesInShort(route.rules);
  const open = (): void => openEditRoute(id, route);
  return (
    <Tr onOpen={connected ? open : undefined} data-route={route.id}>
      <Td className="truncate">
        <button
          type="button"
          className="max-w-full truncate rounded-4 font-[530] enabled:hover:text-accent"
          disabled={!connected}
          title={routeInWords(route)}
          onClick={open}
        >
          <Place host={route.host} path={route.path} />
        </button>
      </Td>
      <Td className="truncate">
        <Target server={server} route={route} />
      </Td>
      <Td quiet={rules !== ''} className="truncate" title={rules}>
        {rules === '' ? <span className="text-text-3">none</span> : rules}
      </Td>
      {[cells.rate, cells.failed, cells.time].map(({ text, title, alarming }, at) => (
        <Td key={columns[at]} numeric quiet={!alarming} className={alarming ? 'text-fail' : undefined} title={title}>
          {text}
        </Td>
      ))}
      <Td className="text-right">
        <RowMenu server={server} route={route} routes={routes} />
      </Td>
    </Tr>
  );
}

function Place({ host, path }: { readonly host: string; readonly path: string }): ReactNode {
  return (
    <>
      {host}
      {path !== '/' && <span className="text-text-2">{path}</span>}
    </>
  );
}

function Target({ server, route }: Pick<RouteRowProps, 'server' | 'route'>): ReactNode {
  const { target } = route;
  const aside = targetAside(route);
  const words = targetInWords(target);
  if (target.kind === 'app' && !server.apps.some(({ name }) => name === target.app)) {
    return <StatusText status="failed">There is no app {target.app}</StatusText>;
  }
  return (
    <Leads icon={icons[target.kind]} title={[words, aside].filter(Boolean).join(', ')}>
      {target.kind === 'app' ? (
        <AppLink server={server.profile.id} app={target.app}>
          {words}
        </AppLink>
      ) : (
        <span className="selectable">{words}</span>
      )}
      {aside !== '' && <span className="text-12 text-text-3"> {aside}</span>}
    </Leads>
  );
}

interface LeadsProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children: ReactNode;
}

function Leads({ icon: Icon, title, children }: LeadsProps): ReactNode {
  return (
    <span className="flex min-w-0 items-center gap-2" title={title}>
      <Icon aria-hidden size={14} className="flex-none text-text-3" />
      <span className="min-w-0 truncate">{children}</span>
    </span>
  );
}

interface AppLinkProps {
  readonly server: string;
  readonly app: string;
  readonly children: ReactNode;
}

function AppLink({ server, app, children }: AppLinkProps): ReactNode {
  return (
    <button type="button" className="rounded-4 hover:text-accent" onClick={() => navigate({ kind: 'app', server, app, tab: 'overview' })}>
      {children}
    </button>
  );
}

function RowMenu({ server, route, routes }: Omit<RouteRowProps, 'traffic'>): ReactNode {
  const removing = useRoutes((state) => state.removing);
  const disabled = server.connection.phase !== 'connected' || removing !== null;
  if (removing === route.id) return <Spinner label="Removing" />;
  return (
    <Menu
      trigger={<IconButton label={`More for ${routeInWords(route)}`} icon={Ellipsis} size="sm" />}
      items={[
        { id: 'change', label: 'Change…', icon: Pencil, disabled, onSelect: () => openEditRoute(server.profile.id, route) },
        null,
        { id: 'remove', label: 'Remove…', icon: Trash2, danger: true, disabled, onSelect: () => void askRemove(server, route, routes) },
      ]}
    />
  );
}

interface DomainRowProps {
  readonly server: ServerSummary;
  readonly row: Extract<ServedRow, { kind: 'domain' }>;
}

/** A domain that an app has by its own settings: it is changed there. */
function DomainRow({ server, row: { host, app, covered } }: DomainRowProps): ReactNode {
  const { id } = server.profile;
  return (
    <Tr>
      <Td quiet className="truncate">
        <span className="selectable" title={host}>
          {host}
        </span>
      </Td>
      <Td quiet className="truncate">
        <Leads icon={icons.app} title={app}>
          <AppLink server={id} app={app}>
            {app}
          </AppLink>
        </Leads>
      </Td>
      <Td colSpan={4} className="truncate text-text-3">
        {covered ? (
          'the route above comes first'
        ) : (
          <button
            type="button"
            className="rounded-4 hover:text-accent"
            title={`Settings of ${app}`}
            onClick={() => navigate({ kind: 'app', server: id, app, tab: 'settings' })}
          >
            by the app’s settings
          </button>
        )}
      </Td>
      <Td />
    </Tr>
  );
}
