export { createEdge } from './edge.ts';
export { dockerResolvers, SLOTS_MAP } from './render/config.ts';
export { HOLD_SECONDS } from './render/hold.ts';
export { mapCommands, parseShownMap, sameEntries, withEntry } from './render/maps.ts';
export { backendName, slotAlias } from './render/model.ts';
export { addressLists } from './render/routes.ts';
export { createEdgeRenewal } from './renewal/renewal.ts';
export { EDGE_IMAGE, EDGE_NETWORK, EDGE_SERVICE, edgeFolders, SECOND_EDGE_SERVICE } from './service.ts';
export type * from './types.ts';
