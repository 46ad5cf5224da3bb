/**
 * Renewing the edge of a server itself: a new HAProxy image, or a service of a newer form, behind a second edge that serves meanwhile.
 * This folder knows in which order and under which lease; how each step is done is the edge's, and what an app is it does not know.
 */
export { planUpdate } from './plan.ts';
export { startEdgeUpdate } from './update.ts';
