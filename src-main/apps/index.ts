/**
 * What an app is on a server: the Swarm services and configs that say so, how they are read, and what follows from them for the edge.
 * Decides and reads, and tells the edge; only `deploy` and `routes` write. The server is the only memory: nothing here is kept between two calls.
 */
export { taskFailure } from './app-state.ts';
export { applyEdge } from './apply-edge.ts';
export {
  type AppOnServer,
  appDetail,
  appIn,
  compareListed,
  edgeModelOf,
  lastHeldMs,
  listApps,
  listReleases,
  readApps,
  refuseUnknown,
  type ServerApps,
} from './apps.ts';
export { hostsOf, refuseTakenHosts } from './edge-model.ts';
export {
  edgeLeaseLabels,
  labelNames,
  leasedApp,
  leaseLabels,
  type Outcome,
  type ReleaseEntry,
  type RunningService,
  recordLabels,
  serviceLabels,
} from './labels.ts';
export { defaultHost, edgeLeaseName, imageTag, leaseName, otherSlot, parseImageTag, recordName, serviceName } from './names.ts';
export { rolloutView } from './rollout-view.ts';
export {
  type RouteTable,
  routesKind,
  routeTable,
  routeTableData,
  routeTableLabels,
  routeTableName,
  routeTableVersions,
} from './route-table.ts';
export { serviceSpec } from './service-spec.ts';
export { changeNeeded, mergeSettings } from './settings.ts';
