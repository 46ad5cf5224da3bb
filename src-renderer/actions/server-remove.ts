import { Trash2 } from 'lucide-react';
import { createElement } from 'react';
import { removeServer } from '../state/servers.ts';
import { confirm } from '../ui/confirm.tsx';
import type { Action } from './types.ts';

export const serverRemove: Action = {
  id: 'server.remove',
  group: 'Server',
  label: ({ server }) => `Forget ${server?.profile.name ?? 'the server'}…`,
  icon: Trash2,
  keywords: ['remove', 'delete'],
  when: ({ server }) => server !== undefined,
  run: async ({ server }) => {
    if (!server) return;
    const { id, name } = server.profile;
    const yes = await confirm({
      title: `Forget ${name}?`,
      body: createElement(
        'p',
        null,
        `This computer forgets how to reach ${name}, its host key and any secret kept for it. Nothing on the server changes: its apps go on running, and adding it again brings everything back.`,
      ),
      action: 'Forget',
      danger: true,
    });
    if (yes) await removeServer(id);
  },
};
