import type { ReactNode } from 'react';
import type { CallArgs } from '../../../src-main/contract/index.ts';
import { addServer, connectServer, editServer, removeServer, useServer } from '../../state/servers.ts';
import { navigate, setOverlay, useView } from '../../state/view.ts';
import { Button, Dialog, notify } from '../../ui/index.ts';
import { forgetDraft, useAddServerDraft } from './add-server-draft.ts';
import { ConnectSteps } from './connect-steps.tsx';
import { ServerFields } from './server-fields.tsx';

const formId = 'add-server';

/** Adds a server: its address and login, then whatever its connection needs, until it is there. */
export function AddServerDialog(): ReactNode {
  const open = useView((state) => state.addServer);
  const { form, added, changing } = useAddServerDraft();
  const server = useServer(added);
  if (!open) return null;

  const close = (): void => setOverlay('addServer', false);
  // A server that was never reached is not kept: the user would find a row that they cancelled.
  const takeBack = async (): Promise<void> => {
    if (server) await removeServer(server.profile.id).catch(notify.error);
    useAddServerDraft.setState({ added: null, changing: false });
  };
  const cancel = (): void => void takeBack().then(close);
  const save = async (details: CallArgs<'servers.add'>): Promise<void> => {
    if (server) {
      await editServer(server.profile.id, details);
      // The same details once more are another try.
      await connectServer(server.profile.id);
      useAddServerDraft.setState({ changing: false });
    } else useAddServerDraft.setState({ added: (await addServer(details)).profile.id });
  };
  const finish = (): void => {
    forgetDraft();
    close();
    if (server) navigate({ kind: 'server', server: server.profile.id, tab: server.setup === 'ready' ? 'overview' : 'set-up' });
  };

  if (server && !changing) {
    const connected = server.connection.phase === 'connected';
    return (
      <Dialog
        open
        onClose={connected ? finish : cancel}
        dismissible={connected}
        title={connected ? 'Server added' : 'Add a server'}
        subtitle={server.profile.name}
      >
        <ConnectSteps
          server={server}
          onCancel={cancel}
          onChangeDetails={() => useAddServerDraft.setState({ changing: true })}
          onKeep={finish}
          onDone={finish}
        />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={cancel}
      title="Add a server"
      footer={
        <>
          <Button variant="ghost" onClick={cancel}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary">
            Connect
          </Button>
        </>
      }
    >
      <ServerFields
        formId={formId}
        form={form}
        onChange={(next) => useAddServerDraft.setState({ form: next })}
        server={added}
        save={save}
      />
    </Dialog>
  );
}
