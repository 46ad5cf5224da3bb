/**
 * Long operations: each has stages, progress, a log, a way to cancel it, and a result; the list of them survives the program.
 * Knows nothing of servers: what a job does is given to it.
 */

export { endJobs } from './end-jobs.ts';
export type { JobHistory, JobOwner } from './history.ts';
export { createJobs, type JobsOptions } from './jobs.ts';
export type { JobContext, JobStart, Jobs, StageContext } from './types.ts';
