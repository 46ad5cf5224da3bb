/**
 * Everything that changes an app on a server, as jobs of named stages under a lease: deploy, rollback, settings, restart, scale, stop,
 * start, remove. Each can be cut off anywhere: the server goes on with the old release or the new one, and the next run clears up.
 * Knows no window and keeps nothing between two jobs.
 */
export { startDeploy } from './deploy.ts';
export { acquireLease, type Lease, type LeaseSight, leasedApps, leaseTtlMs, readLease } from './lease.ts';
export { startRemove, startStart, startStop } from './lifecycle.ts';
export { startPause, startResume } from './pause.ts';
export { startConfigure, startRestart, startRollback } from './releases.ts';
export { type ProbeAnswer, RequestProbe } from './request-probe.ts';
export { settle } from './settle-edge.ts';
export type { ConfigureRequest, DeployDeps, FaultHooks, OnApp, RollbackRequest, StageId } from './types.ts';
