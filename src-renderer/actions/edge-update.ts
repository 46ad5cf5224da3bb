import { ArrowUpFromDot } from 'lucide-react';
import { createElement } from 'react';
import { edgePlan, updateEdge } from '../state/edge.ts';
import { confirm } from '../ui/confirm.tsx';
import type { Action } from './types.ts';

export const edgeUpdate: Action = {
  id: 'edge.update',
  group: 'Server',
  label: ({ server }) => `Renew the edge of ${server?.profile.name ?? 'the server'}…`,
  icon: ArrowUpFromDot,
  keywords: ['haproxy', 'proxy', 'update', 'upgrade', 'version', 'image'],
  when: ({ server }) => server?.connection.phase === 'connected' && server.setup === 'ready',
  run: async ({ server }) => {
    if (!server) return;
    const { id, name } = server.profile;
    const { version, reasons, expect } = await edgePlan(id);
    const there = reasons.length > 0 ? reasons : ['The newest HAProxy is fetched; where that is the one that runs, nothing is done.'];
    const yes = await confirm({
      title: `Renew the edge of ${name}?`,
      body: [`It is HAProxy ${version ?? 'of an unknown version'}, which takes all visitors of this server.`, ...there, ...expect].map(
        (line) => createElement('p', { key: line }, line),
      ),
      action: 'Renew',
    });
    if (yes) await updateEdge(id);
  },
};
