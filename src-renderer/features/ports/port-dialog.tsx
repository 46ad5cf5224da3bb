import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type PortProtocol, type PortView, portInWords, type ServerSummary } from '../../../src-main/contract/index.ts';
import { changePorts, closePortDialog } from '../../state/ports.ts';
import { Button, Checkbox, Dialog, InlineError, notify, Select, type SelectOption, TextArea, TextField } from '../../ui/index.ts';
import { useAsking } from '../servers/use-asking.ts';
import { emptyPort, judgePort, type PortErrors, type PortForm, portForm } from './port-form.ts';

const formId = 'port';

const protocols: readonly SelectOption<PortProtocol>[] = [
  { value: 'tcp', label: 'TCP' },
  { value: 'udp', label: 'UDP' },
];

const kinds: readonly SelectOption<PortForm['kind']>[] = [
  { value: 'app', label: 'An app', hint: 'on this server' },
  { value: 'address', label: 'Another address', hint: 'as the server reaches it' },
];

interface PortDialogProps {
  readonly server: ServerSummary;
  /** The port that is changed; null opens one. */
  readonly port: PortView | null;
}

/** Opens a port or changes where it leads. What the server refuses is said here, and nothing that was typed is lost. */
export function PortDialog({ server, port }: PortDialogProps): ReactNode {
  const { id, name } = server.profile;
  const [form, setForm] = useState(() => (port ? portForm(port) : emptyPort(server.apps)));
  const [errors, setErrors] = useState<PortErrors>({});
  const { busy, error, ask } = useAsking();
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (Object.keys(errors).length > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [errors]);
  useEffect(() => {
    if (error) element.current?.querySelector('[data-refused]')?.scrollIntoView({ block: 'nearest' });
  }, [error]);

  const change = (part: Partial<PortForm>): void => {
    setForm((before) => ({ ...before, ...part }));
    setErrors({});
  };
  const submit = (): void => {
    const judged = judgePort(form);
    if (!judged.ok) {
      setErrors(judged.errors);
      return;
    }
    ask(async () => {
      const { draft } = judged;
      await changePorts(id, { do: port ? 'edit' : 'add', port: draft });
      closePortDialog();
      notify.success(port ? `The port ${portInWords(draft)} of ${name} is changed` : `The port ${portInWords(draft)} of ${name} is open`);
    });
  };
  return (
    <Dialog
      open
      onClose={closePortDialog}
      title={port ? `Change the port ${portInWords(port)}` : 'Open a port'}
      subtitle={`on ${name}`}
      footer={
        <>
          <Button variant="ghost" onClick={closePortDialog}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            {port ? 'Save' : 'Open port'}
          </Button>
        </>
      }
    >
      <form
        ref={element}
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {port === null && <PlaceFields form={form} errors={errors} onChange={change} />}
        <TargetFields server={server} form={form} errors={errors} onChange={change} />
        <RuleFields form={form} errors={errors} onChange={change} />
        {error && (
          <div data-refused>
            <InlineError error={error} />
          </div>
        )}
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  readonly form: PortForm;
  readonly errors: PortErrors;
  readonly onChange: (part: Partial<PortForm>) => void;
}

function PlaceFields({ form, errors, onChange }: FieldsProps): ReactNode {
  return (
    <div className="grid grid-cols-[3fr_2fr] items-start gap-4">
      <TextField
        label="Port of the server"
        autoFocus
        inputMode="numeric"
        value={form.port}
        onChange={(port) => onChange({ port })}
        error={errors.port}
        placeholder="5432"
        hint="A firewall of the provider has to let it through as well."
      />
      <Select label="Protocol" value={form.protocol} options={protocols} onChange={(protocol) => onChange({ protocol })} />
    </div>
  );
}

function TargetFields({ server, form, errors, onChange }: FieldsProps & { readonly server: ServerSummary }): ReactNode {
  const names = server.apps.map(({ name }) => name);
  const gone = form.app !== null && !names.includes(form.app) ? [{ value: form.app, label: form.app, hint: 'not on this server' }] : [];
  return (
    <>
      <Select label="Leads to" value={form.kind} options={kinds} onChange={(kind) => onChange({ kind })} />
      <div className="grid grid-cols-[3fr_2fr] items-start gap-4">
        {form.kind === 'app' ? (
          <>
            <Select
              label="App"
              value={form.app}
              options={[...names.map((name) => ({ value: name, label: name })), ...gone]}
              placeholder={names.length === 0 ? 'There is no app yet' : 'Choose an app'}
              error={errors.app}
              onChange={(app) => onChange({ app })}
            />
            <TextField
              label="Its port"
              inputMode="numeric"
              value={form.appPort}
              onChange={(appPort) => onChange({ appPort })}
              error={errors.appPort}
              placeholder="the app’s own"
            />
          </>
        ) : (
          <>
            <TextField
              label="Host or IPv4 address"
              value={form.host}
              onChange={(host) => onChange({ host })}
              error={errors.host}
              placeholder="10.0.0.5"
            />
            <TextField
              label="Its port"
              inputMode="numeric"
              value={form.hostPort}
              onChange={(hostPort) => onChange({ hostPort })}
              error={errors.hostPort}
              placeholder="5432"
            />
          </>
        )}
      </div>
      {form.kind === 'app' && (
        <p className="text-12 text-text-3">
          New connections follow the app’s releases. One that is open is cut when the release that it leads to is removed.
        </p>
      )}
    </>
  );
}

function RuleFields({ form, errors, onChange }: FieldsProps): ReactNode {
  return (
    <>
      <TextArea
        label="Only from"
        rows={2}
        value={form.allow}
        onChange={(allow) => onChange({ allow })}
        error={errors.allow}
        placeholder={'10.0.0.0/8\n203.0.113.7'}
        hint="Addresses or blocks, one a line. Empty lets in everybody who reaches the server."
      />
      {form.protocol === 'tcp' && (
        <Checkbox
          label="Tell the target who the client is"
          description="By the PROXY protocol, version 2: the target has to expect it, or it takes no connection."
          checked={form.proxyProtocol}
          onChange={(proxyProtocol) => onChange({ proxyProtocol })}
        />
      )}
    </>
  );
}
