import { ShieldCheck } from 'lucide-react';
import { navigate } from '../state/view.ts';
import type { Action } from './types.ts';

export const serverCertificates: Action = {
  id: 'server.certificates',
  group: 'Server',
  label: ({ server }) => `Certificates of ${server?.profile.name ?? 'the server'}`,
  icon: ShieldCheck,
  keywords: ['tls', 'ssl', 'https', 'hsts', 'redirect', 'renew', 'expiry'],
  when: ({ server, view }) => server !== undefined && !(view.kind === 'server' && view.tab === 'certificates'),
  run: ({ server }) => {
    if (server) navigate({ kind: 'server', server: server.profile.id, tab: 'certificates' });
  },
};
