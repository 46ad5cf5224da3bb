import { ExternalLink } from 'lucide-react';
import { call } from '../bridge/index.ts';
import { notify } from '../ui/toasts.tsx';
import type { Action } from './types.ts';

export const appOpen: Action = {
  id: 'app.open',
  group: 'App',
  label: ({ app }) => `Open ${app?.summary.name ?? 'the app'} in the browser`,
  icon: ExternalLink,
  keywords: ['url', 'visit', 'website'],
  when: ({ app }) => app !== undefined && app.summary.release !== null,
  run: async ({ app }) => {
    if (!app) return;
    const { by } = await call('apps.open', { server: app.server.profile.id, app: app.summary.name });
    if (by === 'tunnel')
      notify.info('Opened through the SSH connection', {
        description: `${app.summary.hosts[0] ?? 'Its name'} does not resolve to the server from here.`,
      });
  },
};
