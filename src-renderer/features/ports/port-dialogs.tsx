import type { ReactNode } from 'react';
import { portInWords } from '../../../src-main/contract/index.ts';
import { usePortDialog } from '../../state/ports.ts';
import { useServer } from '../../state/servers.ts';
import { PortDialog } from './port-dialog.tsx';

/** Once in the window: the dialog about a port that was asked for, from a page or from the palette. */
export function PortDialogs(): ReactNode {
  const dialog = usePortDialog((state) => state.dialog);
  const server = useServer(dialog?.server);
  if (dialog === null || server === undefined) return null;
  return <PortDialog key={dialog.port ? portInWords(dialog.port) : 'new'} server={server} port={dialog.port} />;
}
