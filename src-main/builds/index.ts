/**
 * How a folder becomes an image: recognises the language, proposes a Dockerfile from `resources/dockerfiles`, and says
 * what has to go along for the build. Looks only at what will be sent, and knows nothing of servers or of Docker's API.
 */
export { suggestAppName } from './app-name.ts';
export { type BuildContext, prepareContext } from './context.ts';
export { planBuild } from './plan.ts';
export { recognisedDepth } from './project-files.ts';
export { templatesFolder } from './templates.ts';
