/**
 * Where requests of a server go beside the domains of its apps: hosts and paths to apps, other addresses and redirects, and who may come
 * in. Kept as versioned Swarm configs; works through the interfaces of apps, docker and edge.
 */
export { changeRoutes, edgeDifference, listRoutes, routeTraffic } from './routes.ts';
