import { KeyRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ErrorShape, ServerSummary } from '../../../src-main/contract/index.ts';
import { useAppInfo } from '../../state/app-info.ts';
import { giveSecret } from '../../state/servers.ts';
import { Button, Checkbox, InlineError, notify, TextField } from '../../ui/index.ts';
import { Panel } from './panel.tsx';
import { useAsking } from './use-asking.ts';

export type SecretKind = 'password' | 'passphrase' | 'sudo';

interface SecretPanelProps {
  readonly server: ServerSummary;
  readonly kind: SecretKind;
  readonly identityFile?: string;
  /** Why it is asked for; shown when it says that an earlier one was wrong. */
  readonly reason: ErrorShape | null;
  readonly onCancel?: () => void;
  readonly onChangeDetails?: () => void;
  /** After it was taken. */
  readonly onGiven?: () => void;
}

/** Asks for a password or passphrase. It goes to the main process once and is kept nowhere here. */
export function SecretPanel({ server, kind, identityFile, reason, onCancel, onChangeDetails, onGiven }: SecretPanelProps): ReactNode {
  const [value, setValue] = useState('');
  const [wantsRemember, setWantsRemember] = useState(false);
  const vault = useAppInfo((state) => state.info?.vault);
  const { busy, error, ask } = useAsking();
  const remember = wantsRemember && vault?.available === true;
  const { id, user, host } = server.profile;

  const give = async (): Promise<void> => {
    const remembered = await giveSecret({ server: id, kind, value, remember });
    setValue('');
    if (remember && !remembered)
      notify.info('It was not remembered', { description: 'The system’s store did not take it; it is asked for again next time.' });
    onGiven?.();
  };
  const words = said[kind];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== '') ask(give);
      }}
    >
      <Panel
        icon={KeyRound}
        status="waiting"
        title={words.title(user, host)}
        actions={
          <>
            {onChangeDetails && (
              <Button variant="ghost" onClick={onChangeDetails} className="-ml-3 mr-auto">
                Log in another way
              </Button>
            )}
            {onCancel && (
              <Button variant="ghost" onClick={onCancel}>
                Cancel
              </Button>
            )}
            <Button type="submit" variant="primary" busy={busy} disabled={value === ''}>
              {words.action}
            </Button>
          </>
        }
      >
        {reason?.code === 'authentication-failed' && <InlineError error={reason} />}
        <p className="text-text-2">
          {words.about}
          {identityFile && <code className="selectable text-12 wrap-anywhere"> {identityFile}</code>}
        </p>
        <TextField label={words.label} type="password" value={value} onChange={setValue} autoFocus maxLength={4096} />
        <Checkbox
          label="Remember it on this computer"
          description={
            vault?.available === false
              ? `Not possible here: ${vault.reason ?? 'the system has no store for secrets.'} It is asked for each time.`
              : 'Kept in the operating system’s own store, nowhere else.'
          }
          checked={remember}
          disabled={vault?.available !== true}
          onChange={setWantsRemember}
        />
        {error && <InlineError error={error} />}
      </Panel>
    </form>
  );
}

interface Words {
  readonly title: (user: string, host: string) => string;
  readonly about: string;
  readonly label: string;
  readonly action: string;
}

const said: Readonly<Record<SecretKind, Words>> = {
  password: {
    title: (user, host) => `Password of ${user} on ${host}`,
    about: 'It is sent over the encrypted connection to this server alone.',
    label: 'Password',
    action: 'Log in',
  },
  passphrase: {
    title: () => 'Your key is encrypted',
    about: 'Its passphrase opens it on this computer and is never sent. The key is',
    label: 'Passphrase',
    action: 'Unlock and log in',
  },
  sudo: {
    title: (user, host) => `Password of ${user} for sudo on ${host}`,
    about: 'Setting up needs root. The password goes to sudo on the server, over the connection, never into a command line.',
    label: 'Password for sudo',
    action: 'Go on',
  },
};
