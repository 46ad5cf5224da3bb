import { ExpectedError } from '../contract/index.ts';
import { createEdgeRenewal, SECOND_EDGE_SERVICE } from '../edge/index.ts';
import type { EdgeRenewal } from '../edge/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { acquireLease, leaseTtlMs, readLease } from './lease.ts';

interface Settling {
  /** `user@computer`. */
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly onWait: (text: string) => void;
  readonly onNote: (text: string) => void;
}

/**
 * To be called under an app's lease. While somebody renews the edge it throws `lease-held`: a switch would reach one of the two edges only.
 * A renewal first takes its lease and then looks whose leases of apps are held, a run does it the other way round, so one of them sees the
 * other. What a renewal that was cut off left behind is put in order.
 */
export async function settleEdge(session: ServerSession, { holder, signal, onWait, onNote }: Settling): Promise<void> {
  const { docker, profile } = session;
  const held = await readLease(docker, null);
  if (held === null && (await docker.service(SECOND_EDGE_SERVICE)) === null) return;
  if (held !== null && !held.stale && held.holder !== holder) {
    throw new ExpectedError('lease-held', `${held.holder} is renewing the edge on ${profile.name}`, {
      next: 'Try again when that has ended, in a minute or two.',
    });
  }
  const lease = await acquireLease({
    docker,
    server: profile.name,
    app: null,
    holder,
    doing: 'renewal',
    ttlMs: leaseTtlMs,
    signal,
    onWait,
  });
  try {
    await settle(createEdgeRenewal(session), onWait, onNote);
  } finally {
    await lease.release();
  }
}

/**
 * Ends a renewal that was cut off anywhere: the edge, old or new, serves again, and nothing of the second one is left. Under the edge's
 * lease. Returns whether there was anything.
 */
export async function settle(renewal: EdgeRenewal, onWait: (text: string) => void, onNote: (text: string) => void): Promise<boolean> {
  if (!(await renewal.state()).interrupted) return false;
  onNote('An earlier renewal of the edge was cut off; it is being put in order first.');
  if (await renewal.leadsToSecond()) {
    await renewal.untilReplaced(null, onWait);
    await renewal.untilServesAlike();
    await renewal.leadBack();
  }
  await renewal.removeSecond();
  await renewal.untilSecondGone(onWait);
  return true;
}
