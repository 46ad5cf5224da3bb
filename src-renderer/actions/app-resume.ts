import { Play } from 'lucide-react';
import { call } from '../bridge/index.ts';
import type { Action } from './types.ts';

export const appResume: Action = {
  id: 'app.resume',
  group: 'App',
  label: ({ app }) => `Let requests of ${app?.summary.name ?? 'the app'} through again`,
  icon: Play,
  keywords: ['resume', 'continue'],
  when: ({ app }) => app !== undefined && (app.summary.pausedUntil ?? 0) > Date.now(),
  run: async ({ app }) => {
    if (app) await call('apps.resume', { server: app.server.profile.id, app: app.summary.name });
  },
};
