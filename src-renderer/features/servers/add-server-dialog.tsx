import type { ReactNode } from 'react';
import { removeServer, useServer } from '../../state/servers.ts';
import { navigate, setOverlay, useView } from '../../state/view.ts';
import { Button, Dialog, notify } from '../../ui/index.ts';
import { forgetDraft, useAddServerDraft } from './add-server-draft.ts';
import { AddServerFields } from './add-server-fields.tsx';
import { ConnectSteps } from './connect-steps.tsx';

const formId = 'add-server';

/** Adds a server: its address and login, then whatever its connection needs, until it is there. */
export function AddServerDialog(): ReactNode {
  const open = useView((state) => state.addServer);
  const added = useAddServerDraft((state) => state.added);
  const server = useServer(added);
  if (!open) return null;

  const close = (): void => setOverlay('addServer', false);
  // A server that was never reached is not kept: the user would find a row that they cancelled.
  const takeBack = async (): Promise<void> => {
    if (added !== null) await removeServer(added).catch(notify.error);
    useAddServerDraft.setState({ added: null });
  };
  const finish = (): void => {
    forgetDraft();
    close();
    if (server) navigate({ kind: 'server', server: server.profile.id, tab: server.setup === 'ready' ? 'overview' : 'set-up' });
  };

  if (server) {
    const connected = server.connection.phase === 'connected';
    return (
      <Dialog
        open
        onClose={() => (connected ? finish() : void takeBack().then(close))}
        dismissible={connected}
        title={connected ? 'Server added' : 'Add a server'}
        subtitle={server.profile.name}
      >
        <ConnectSteps
          server={server}
          onCancel={() => void takeBack().then(close)}
          onChangeDetails={() => void takeBack()}
          onKeep={finish}
          onDone={finish}
        />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={close}
      title="Add a server"
      footer={
        <>
          <Button variant="ghost" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary">
            Connect
          </Button>
        </>
      }
    >
      <AddServerFields formId={formId} />
    </Dialog>
  );
}
