import { ShieldPlus } from 'lucide-react';
import { openGetCertificate } from '../state/certificates.ts';
import type { Action } from './types.ts';

export const certificateGet: Action = {
  id: 'certificate.get',
  group: 'Server',
  label: () => 'Get a certificate…',
  icon: ShieldPlus,
  keywords: ['tls', 'ssl', 'https', 'lets encrypt', 'acme'],
  when: ({ server }) => server?.connection.phase === 'connected' && server.setup === 'ready',
  run: ({ server }) => {
    if (server) openGetCertificate(server.profile.id);
  },
};
