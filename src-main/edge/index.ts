export { SLOTS_MAP } from './config.ts';
export { createEdge } from './edge.ts';
export { HOLD_SECONDS } from './hold.ts';
export { mapCommands, parseShownMap, sameEntries } from './maps.ts';
export { backendName, slotAlias } from './model.ts';
export { createEdgeRenewal } from './renewal.ts';
export { EDGE_IMAGE, EDGE_NETWORK, EDGE_SERVICE, edgeFolders, SECOND_EDGE_SERVICE } from './service.ts';
export type * from './types.ts';
