export { createEdge, type EdgeParts } from './edge.ts';
export { slotAlias } from './model.ts';
export { EDGE_NETWORK, EDGE_SERVICE, edgeLabels } from './service.ts';
export type * from './types.ts';
