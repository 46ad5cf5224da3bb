export type { LogSession } from './log-session.ts';
export type { LogLook } from './log-toolbar.tsx';
export { LogView, type LogViewProps } from './log-view.tsx';
