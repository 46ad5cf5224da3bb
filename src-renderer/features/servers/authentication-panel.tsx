import { UserX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Authentication, ErrorShape, ServerSummary } from '../../../src-main/contract/index.ts';
import { connectServer } from '../../state/servers.ts';
import { Button, InlineError } from '../../ui/index.ts';
import { Panel } from './panel.tsx';
import { useAsking } from './use-asking.ts';

interface AuthenticationPanelProps {
  readonly server: ServerSummary;
  readonly reason: ErrorShape;
  readonly onCancel: () => void;
  readonly onChangeDetails: () => void;
}

/** The server is the right one, but nobody got in: what was tried and what to check. */
export function AuthenticationPanel({ server, reason, onCancel, onChangeDetails }: AuthenticationPanelProps): ReactNode {
  const { busy, error, ask } = useAsking();
  const { id, name, user, authentication } = server.profile;
  // A key file that cannot be read, or no agent: the server was not asked at all.
  const refused = reason.code === 'authentication-failed';
  return (
    <Panel
      icon={UserX}
      status="failed"
      title={refused ? `${name} did not let ${user} in` : `There was no way to log in to ${name}`}
      actions={
        <>
          <Button variant="ghost" onClick={onCancel}>
            Cancel
          </Button>
          <Button onClick={onChangeDetails}>Log in another way</Button>
          <Button variant="primary" busy={busy} onClick={() => ask(() => connectServer(id))}>
            Try again
          </Button>
        </>
      }
    >
      <InlineError error={reason} />
      {refused && (
        <ul className="list-disc pl-4 text-text-2">
          {hints(authentication, user).map((hint) => (
            <li key={hint}>{hint}</li>
          ))}
        </ul>
      )}
      {error && <InlineError error={error} />}
    </Panel>
  );
}

function hints(authentication: Authentication, user: string): readonly string[] {
  const account = `Check that ${user} is the right user: many providers start with root, others with debian, ubuntu or admin.`;
  switch (authentication.kind) {
    case 'agent':
      return ['Check that your SSH agent runs and holds the key: ssh-add -l lists what it has.', account];
    case 'key':
      return [
        `Check that the public half of ${authentication.identityFile} stands in ~/.ssh/authorized_keys of ${user} on the server.`,
        account,
      ];
    case 'password':
      return [`The server may allow keys alone, as most do for root (PermitRootLogin and PasswordAuthentication in sshd_config).`, account];
  }
}
