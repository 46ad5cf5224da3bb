import { CirclePause } from 'lucide-react';
import { call } from '../bridge/index.ts';
import { pauseSeconds } from '../state/app-page.ts';
import type { Action } from './types.ts';

export const appPause: Action = {
  id: 'app.pause',
  group: 'App',
  label: ({ app }) => `Let requests of ${app?.summary.name ?? 'the app'} wait`,
  icon: CirclePause,
  keywords: ['pause', 'hold', 'maintenance'],
  when: ({ app }) =>
    app !== undefined && app.summary.release !== null && app.summary.state !== 'stopped' && (app.summary.pausedUntil ?? 0) <= Date.now(),
  run: async ({ app }) => {
    if (app) await call('apps.pause', { server: app.server.profile.id, app: app.summary.name, seconds: pauseSeconds });
  },
};
