import type { Route, RouteTraffic } from '../contract/index.ts';
import { backendName } from './render/model.ts';
import { addressBackendName, backendSuffix, COUNTED_SECONDS, ROUTES_TABLE } from './render/routes.ts';
import type { Runtime } from './runtime.ts';
import { backendAnswerMs, parseStat, parseTable } from './runtime-answers.ts';
import type { Slot } from './types.ts';

/** What HAProxy counts of each route now. One that nobody asked for yet has zeros: the table that has counted has no entry of it. */
export async function readRouteTraffic(
  runtime: Runtime,
  routes: readonly Route[],
  live: Readonly<Record<string, Slot>>,
  signal?: AbortSignal,
): Promise<RouteTraffic[]> {
  if (routes.length === 0) return [];
  const counts = await runtime.api(`show table ${ROUTES_TABLE}`, parseTable, signal);
  const rows = await runtime.api('show stat -1 2 -1', parseStat, signal);
  return routes.map((route) => {
    const { requests, refused, failed } = counts.get(route.id) ?? { requests: 0, refused: 0, failed: 0 };
    const backend = backendOf(route, live);
    return {
      id: route.id,
      perSecond: requests / COUNTED_SECONDS,
      requests,
      refused,
      // Its page is a 503 by the user's own will.
      failed: route.target.kind === 'maintenance' ? 0 : failed,
      answerMs: backend === null ? null : backendAnswerMs(rows, backend),
      ofApp: route.target.kind === 'app' && backendSuffix(route) === null,
    };
  });
}

/** Whose answers a visitor of the route gets; null for those of the edge itself, and while no release serves. */
function backendOf(route: Route, live: Readonly<Record<string, Slot>>): string | null {
  const { id, target } = route;
  if (target.kind === 'address') return addressBackendName(id);
  if (target.kind !== 'app') return null;
  const slot = live[target.app];
  if (!slot) return null;
  return backendName(target.app, slot, backendSuffix(route));
}
