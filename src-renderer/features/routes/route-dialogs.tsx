import type { ReactNode } from 'react';
import { useRouteDialog } from '../../state/routes.ts';
import { useServer } from '../../state/servers.ts';
import { RouteDialog } from './route-dialog.tsx';

/** Once in the window: the dialog about a route that was asked for, from a page or from the palette. */
export function RouteDialogs(): ReactNode {
  const dialog = useRouteDialog((state) => state.dialog);
  const server = useServer(dialog?.server);
  if (dialog === null || server === undefined) return null;
  return <RouteDialog key={dialog.route?.id ?? 'new'} server={server} route={dialog.route} />;
}
