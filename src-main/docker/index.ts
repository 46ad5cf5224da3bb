export { createDocker } from './docker.ts';
export type * from './types.ts';
