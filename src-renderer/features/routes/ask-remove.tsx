import type { ReactNode } from 'react';
import { type RouteView, routeInWords, type ServerSummary } from '../../../src-main/contract/index.ts';
import { removeRoute } from '../../state/routes.ts';
import { confirm } from '../../ui/index.ts';
import { guards, rulesInShort, targetInWords } from './route-words.ts';
import { type ServedBy, servedWithout } from './served.ts';

/** Removes a route, once it was said what its visitors get then. */
export async function askRemove(server: ServerSummary, route: RouteView, routes: readonly RouteView[]): Promise<void> {
  const place = routeInWords(route);
  const yes = await confirm({
    title: `Remove the route for ${place}?`,
    body: <WhatVisitorsGet route={route} then={servedWithout(route, routes, server.apps)} />,
    action: 'Remove',
    danger: true,
  });
  if (yes) await removeRoute(server.profile.id, route.id);
}

interface WhatVisitorsGetProps {
  readonly route: RouteView;
  readonly then: ServedBy;
}

function WhatVisitorsGet({ route, then }: WhatVisitorsGetProps): ReactNode {
  const rules = rulesInShort(route.rules);
  const open = guards(route.rules) && then.kind !== 'nothing' && !(then.kind === 'route' && guards(then.route.rules));
  return (
    <>
      <p>
        Visitors of <span className="font-[530] text-text wrap-anywhere">{routeInWords(route)}</span> <Get then={then} />
      </p>
      {open && <p className="text-warn">The route’s rules go with it: {rules}. Whoever comes there gets in.</p>}
      {route.rules.users.length > 0 && <p>Its users and their passwords are forgotten: Longshore has no copy.</p>}
    </>
  );
}

function Get({ then }: { readonly then: ServedBy }): ReactNode {
  switch (then.kind) {
    case 'nothing':
      return <>get the page “No such site” with status 404 then.</>;
    case 'domain':
      return <>get the app {then.app} then, whose settings have that domain.</>;
    case 'route': {
      const { target } = then.route;
      const where = `by the route for ${routeInWords(then.route)}`;
      switch (target.kind) {
        case 'app':
          return (
            <>
              get the app {targetInWords(target)} then, {where}.
            </>
          );
        case 'address':
          return (
            <>
              get what {targetInWords(target)} answers then, {where}.
            </>
          );
        case 'redirect':
          return (
            <>
              are sent on to {target.to} then, {where}.
            </>
          );
        case 'maintenance':
          return <>get a maintenance page then, {where}.</>;
      }
    }
  }
}
