export { createEdge } from './edge.ts';
export { slotAlias } from './model.ts';
export { EDGE_NETWORK, EDGE_SERVICE, edgeFolders } from './service.ts';
export type * from './types.ts';
