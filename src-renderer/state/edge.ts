import type { EdgePlan } from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';
import { startJob } from './retries.ts';

/** What renewing the edge of a server would do, and what visitors are to expect of it. */
export function edgePlan(server: string): Promise<EdgePlan> {
  return call('edge.plan', { server, way: 'behind-a-second' });
}

/** Starts it and shows its job. */
export function updateEdge(server: string): Promise<void> {
  return startJob(() => call('edge.update', { server, way: 'behind-a-second', force: false }));
}
