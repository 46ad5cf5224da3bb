import type { ReactNode } from 'react';
import type { ErrorShape } from '../../../src-main/contract/index.ts';
import { refreshAppPage } from '../../state/app-page.ts';
import { Button, InlineError } from '../../ui/index.ts';

/** Why a part of the app's page could not be read, with the way to try again; nothing when it could. */
export function ReadError({ error }: { readonly error: ErrorShape | null }): ReactNode {
  if (error === null) return null;
  return (
    <div className="mb-4">
      <InlineError
        error={error}
        actions={
          <Button size="sm" onClick={refreshAppPage}>
            Read again
          </Button>
        }
      />
    </div>
  );
}
