import { RotateCw } from 'lucide-react';
import { call } from '../bridge/index.ts';
import type { Action } from './types.ts';

export const appRestart: Action = {
  id: 'app.restart',
  group: 'App',
  label: ({ app }) => `Restart ${app?.summary.name ?? 'the app'}`,
  icon: RotateCw,
  when: ({ app }) => app !== undefined && app.summary.release !== null && app.summary.state !== 'stopped',
  run: async ({ app }) => {
    if (app) await call('apps.restart', { server: app.server.profile.id, app: app.summary.name });
  },
};
