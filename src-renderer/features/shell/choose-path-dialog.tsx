import { type ReactNode, useState } from 'react';
import { runAction } from '../../actions/index.ts';
import { openDeploySheet, setOverlay, useView } from '../../state/view.ts';
import { Button, Dialog, TextField } from '../../ui/index.ts';

const formId = 'choose-path';

/** Takes a folder by its path, for those who know it by heart or have it on the clipboard. */
export function ChoosePathDialog(): ReactNode {
  const open = useView((state) => state.choosePath);
  const [path, setPath] = useState('');
  if (!open) return null;
  const close = (): void => setOverlay('choosePath', false);
  return (
    <Dialog
      open
      onClose={close}
      title="Deploy a folder"
      size="sm"
      footerStart={
        <Button
          variant="ghost"
          className="-ml-3"
          onClick={() => {
            close();
            runAction('deploy.choose-folder');
          }}
        >
          Choose instead…
        </Button>
      }
      footer={
        <>
          <Button variant="ghost" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" disabled={path.trim() === ''}>
            Look at it
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '') openDeploySheet(path.trim());
        }}
      >
        <TextField
          label="Path of the folder"
          value={path}
          onChange={setPath}
          mono
          autoFocus
          placeholder="/home/me/code/blog"
          hint="Nothing is sent before you have looked at what would be."
        />
      </form>
    </Dialog>
  );
}
