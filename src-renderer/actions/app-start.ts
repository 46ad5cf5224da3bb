import { CirclePlay } from 'lucide-react';
import { call } from '../bridge/index.ts';
import type { Action } from './types.ts';

export const appStart: Action = {
  id: 'app.start',
  group: 'App',
  label: ({ app }) => `Start ${app?.summary.name ?? 'the app'}`,
  icon: CirclePlay,
  when: ({ app }) => app?.summary.state === 'stopped',
  run: async ({ app }) => {
    if (app) await call('apps.start', { server: app.server.profile.id, app: app.summary.name });
  },
};
