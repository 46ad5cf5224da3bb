import { type ReactNode, useState } from 'react';
import type { CallArgs } from '../../../src-main/contract/index.ts';
import { useServers } from '../../state/servers.ts';
import { Button, InlineError, NumberStepper, Select, TextField } from '../../ui/index.ts';
import { type AuthenticationKind, type FormErrors, judgeForm, type ServerForm, shownAddress, switchMode } from './server-form.ts';
import { parseSshAddress, proposedName } from './ssh-address.ts';
import { useAsking } from './use-asking.ts';

const authenticationOptions: readonly { readonly value: AuthenticationKind; readonly label: string }[] = [
  { value: 'agent', label: 'SSH agent' },
  { value: 'key', label: 'Key file' },
  { value: 'password', label: 'Password' },
];

const authenticationHints: Readonly<Record<AuthenticationKind, string>> = {
  agent: 'The keys that ssh-add -l lists are offered, nothing else.',
  key: 'A private key on this computer. An encrypted one asks for its passphrase.',
  password: 'It is asked for after the server has shown who it is.',
};

interface ServerFieldsProps {
  readonly formId: string;
  readonly form: ServerForm;
  readonly onChange: (form: ServerForm) => void;
  /** The server that is being changed: its own name is free for it. */
  readonly server: string | null;
  /** Said below the fields. */
  readonly note?: string | null;
  /** Called with what was read of the form; what it throws is shown below. */
  readonly save: (server: CallArgs<'servers.add'>) => Promise<unknown>;
}

/** Where a server is and how to log in, of a new one or a known one. */
export function ServerFields({ formId, form, onChange, server, note = null, save }: ServerFieldsProps): ReactNode {
  const others = useServers((state) => state.servers).filter(({ profile }) => profile.id !== server);
  const taken = others.map(({ profile }) => profile.name);
  const [errors, setErrors] = useState<FormErrors>({});
  const { busy, error, ask } = useAsking();
  const change = (part: Partial<ServerForm>): void => {
    onChange({ ...form, ...part });
    setErrors({});
  };

  const submit = (): void => {
    const judged = judgeForm(form, taken);
    if (!judged.ok) {
      setErrors(judged.errors);
      return;
    }
    ask(() => save(judged.server));
  };

  const host = form.mode === 'fields' ? form.host.trim() : hostOf(form.address);
  return (
    <form
      id={formId}
      noValidate
      aria-busy={busy || undefined}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex items-start gap-3">
        {form.mode === 'address' ? (
          <TextField
            className="flex-1"
            label="SSH address"
            value={form.address}
            onChange={(address) => change({ address })}
            mono
            autoFocus
            placeholder="root@203.0.113.7"
            error={errors.address}
            hint={readAs(form.address)}
          />
        ) : (
          <>
            <TextField className="w-28" label="User" value={form.user} onChange={(user) => change({ user })} mono error={errors.user} />
            <TextField
              className="flex-1"
              label="Host"
              value={form.host}
              onChange={(next) => change({ host: next })}
              mono
              autoFocus
              placeholder="203.0.113.7"
              error={errors.host}
            />
            <NumberStepper label="Port" value={form.port} onChange={(port) => change({ port })} min={1} max={65535} error={errors.port} />
          </>
        )}
      </div>
      <Button variant="ghost" size="sm" className="-mt-2 -ml-2 self-start" onClick={() => change(switchMode(form))}>
        {form.mode === 'address' ? 'Enter user, host and port one by one' : 'Enter one SSH address'}
      </Button>
      <TextField
        label="Name"
        value={form.name}
        onChange={(name) => change({ name })}
        placeholder={host === '' ? 'harbor-1' : proposedName(host, taken)}
        error={errors.name}
        hint="What you call it, on this computer alone."
      />
      <Select
        label="Log in with"
        value={form.authentication}
        onChange={(authentication) => change({ authentication })}
        options={authenticationOptions}
        hint={authenticationHints[form.authentication]}
      />
      {form.authentication === 'key' && (
        <TextField
          label="Private key"
          value={form.identityFile}
          onChange={(identityFile) => change({ identityFile })}
          mono
          placeholder="~/.ssh/id_ed25519"
          error={errors.identityFile}
          hint="The path of the file. It is read when connecting and never copied."
        />
      )}
      {note !== null && (
        <p role="status" className="text-12 text-text-2">
          {note}
        </p>
      )}
      {error && <InlineError error={error} />}
    </form>
  );
}

function hostOf(address: string): string {
  const parsed = parseSshAddress(address);
  return parsed.ok ? parsed.address.host : '';
}

/** What was understood, where it says more than what was typed. */
function readAs(address: string): string {
  const parsed = parseSshAddress(address);
  if (!parsed.ok) return 'As you would type it after ssh, or ssh://user@host:port.';
  const { user, host, port } = parsed.address;
  return `Connects as ${user ?? 'root'} to ${shownAddress('', host, 22).slice(1)}, port ${port ?? 22}.`;
}
