import { ShieldUser } from 'lucide-react';
import { openOwnCertificate } from '../state/certificates.ts';
import type { Action } from './types.ts';

export const certificateOwn: Action = {
  id: 'certificate.own',
  group: 'Server',
  label: () => 'Use a certificate of your own…',
  icon: ShieldUser,
  keywords: ['tls', 'ssl', 'https', 'pem', 'key', 'install'],
  when: ({ server }) => server?.connection.phase === 'connected' && server.setup === 'ready',
  run: ({ server }) => {
    if (server) openOwnCertificate(server.profile.id);
  },
};
