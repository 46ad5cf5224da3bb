/**
 * What apps print, read from Docker on the server and followed across lost connections. Knows which containers belong to an app and
 * nothing of how its lines are shown or kept.
 */
export { followLogs } from './follow-logs.ts';
