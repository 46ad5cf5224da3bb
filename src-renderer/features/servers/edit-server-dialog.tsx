import { type ReactNode, useState } from 'react';
import type { ServerProfile } from '../../../src-main/contract/index.ts';
import { editServer, useServer } from '../../state/servers.ts';
import { closeEditServer, useView } from '../../state/view.ts';
import { Button, Dialog } from '../../ui/index.ts';
import { ServerFields } from './server-fields.tsx';
import { consequence, formOf } from './server-form.ts';

const formId = 'edit-server';

/** Changes how a known server is called, reached and logged in to. What its connection then needs is asked for on its page. */
export function EditServerDialog(): ReactNode {
  const id = useView((state) => state.editServer);
  const server = useServer(id);
  return server ? <OpenDialog key={server.profile.id} profile={server.profile} /> : null;
}

function OpenDialog({ profile }: { readonly profile: ServerProfile }): ReactNode {
  const [form, setForm] = useState(() => formOf(profile));
  return (
    <Dialog
      open
      onClose={closeEditServer}
      title={`Change ${profile.name}`}
      footer={
        <>
          <Button variant="ghost" onClick={closeEditServer}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary">
            Save
          </Button>
        </>
      }
    >
      <ServerFields
        formId={formId}
        form={form}
        onChange={setForm}
        server={profile.id}
        note={consequence(form, profile)}
        save={async (details) => {
          await editServer(profile.id, details);
          closeEditServer();
        }}
      />
    </Dialog>
  );
}
