import type { EdgePlan, EdgeUpdateWay } from '../contract/index.ts';
import { createEdgeRenewal, EDGE_GRACE_SECONDS } from '../edge/index.ts';
import type { EdgeState } from '../edge/types.ts';
import type { ServerSession } from '../servers/types.ts';

/** What a renewal would do and what visitors are to expect. Changes nothing, asks no registry, needs no root. */
export async function planUpdate(session: ServerSession, way: EdgeUpdateWay = 'behind-a-second'): Promise<EdgePlan> {
  const state = await createEdgeRenewal(session).state();
  return { version: state.version, reasons: reasons(state), expect: expectations(state, way) };
}

/** Why there is something to do; none when there is not. */
export function reasons(state: EdgeState): string[] {
  return [
    ...(state.interrupted ? ['An earlier renewal was cut off, or is under way.'] : []),
    ...(state.older ? ['An older Longshore made it, in another form.'] : []),
    ...(state.newest !== null && state.newest !== state.image ? ['The server has another image of HAProxy than the one that runs.'] : []),
  ];
}

/** The grace period that the edge was made with; Swarm cuts what is still open then. */
const GRACE = `${EDGE_GRACE_SECONDS} seconds`;

export function expectations(state: Pick<EdgeState, 'ipv6'>, way: EdgeUpdateWay): string[] {
  const long = `What is open for longer than ${GRACE} more is cut: a websocket, a very long download.`;
  if (way === 'with-a-gap') {
    return [
      `Nobody is served while the edge ends and starts: some 5 to 15 seconds, and up to ${GRACE} while requests are still being answered.`,
      long,
    ];
  }
  return [
    'No gap: a second edge serves new connections meanwhile, and each of the two answers what it has begun.',
    long,
    ...(state.ipv6
      ? [
          'Visitors by IPv6 are refused for those seconds: Docker takes them by a proxy that belongs to the edge, and they cannot be led elsewhere.',
        ]
      : []),
  ];
}
