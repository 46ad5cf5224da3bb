export { createDocker } from './docker.ts';
export { DIAL_CHECK } from './socket.ts';
export type * from './types.ts';
