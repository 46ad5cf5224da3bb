export { AppLog } from './app-log.tsx';
export { JobLog } from './job-log.tsx';
