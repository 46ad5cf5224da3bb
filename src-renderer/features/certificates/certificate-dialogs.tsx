import type { ReactNode } from 'react';
import { useCertificateDialog } from '../../state/certificates.ts';
import { useServer } from '../../state/servers.ts';
import { GetCertificateDialog } from './get-certificate-dialog.tsx';
import { OwnCertificateDialog } from './own-certificate-dialog.tsx';

/** Once in the window: the dialog about certificates that was asked for, from a page or from the palette. */
export function CertificateDialogs(): ReactNode {
  const dialog = useCertificateDialog((state) => state.dialog);
  const server = useServer(dialog?.server);
  if (dialog === null || server === undefined) return null;
  switch (dialog.kind) {
    case 'get':
      return <GetCertificateDialog server={server} names={dialog.names} renewed={dialog.renewed} />;
    case 'own':
      return <OwnCertificateDialog server={server} />;
  }
}
