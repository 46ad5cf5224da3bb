export { createDocker } from './docker.ts';
export { newestTasks, removeWithContainers, runningContainer, serviceLabels, tasksInWords } from './of-service.ts';
export { imageThere, pulled } from './pulled.ts';
export { DIAL_CHECK } from './socket.ts';
export type * from './types.ts';
