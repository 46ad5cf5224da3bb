import { CircleStop } from 'lucide-react';
import { createElement } from 'react';
import { call } from '../bridge/index.ts';
import { confirm } from '../ui/confirm.tsx';
import type { Action } from './types.ts';

export const appStop: Action = {
  id: 'app.stop',
  group: 'App',
  label: ({ app }) => `Stop ${app?.summary.name ?? 'the app'}…`,
  icon: CircleStop,
  keywords: ['halt'],
  when: ({ app }) => app !== undefined && app.summary.release !== null && app.summary.state !== 'stopped',
  run: async ({ app }) => {
    if (!app) return;
    const { name } = app.summary;
    const yes = await confirm({
      title: `Stop ${name}?`,
      body: createElement('p', null, `Its visitors get an error page until it is started again. Releases and settings are kept.`),
      action: 'Stop',
      danger: true,
    });
    if (yes) await call('apps.stop', { server: app.server.profile.id, app: name });
  },
};
