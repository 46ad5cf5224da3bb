import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { Checkbox, controlFrame, Field, Select, type SelectOption, TextField } from '../../ui/index.ts';
import type { RouteErrors } from './judge-route.ts';
import { type RedirectCode, type RouteForm, splitAddress, type TargetKind, tidyPath } from './route-form.ts';
import { usualPorts } from './route-words.ts';

const kinds: readonly SelectOption<TargetKind>[] = [
  { value: 'app', label: 'An app', hint: 'on this server' },
  { value: 'address', label: 'Another address', hint: 'as the server reaches it' },
  { value: 'redirect', label: 'A redirect', hint: 'visitors go elsewhere' },
  { value: 'maintenance', label: 'A maintenance page', hint: 'status 503' },
];

const codes: readonly SelectOption<RedirectCode>[] = [
  { value: '308', label: '308 for good' },
  { value: '301', label: '301 for good' },
  { value: '307', label: '307 for now' },
  { value: '302', label: '302 for now' },
];

const methodHints: Readonly<Record<RedirectCode, string>> = {
  '308': 'A POST stays a POST.',
  '301': 'A POST becomes a GET.',
  '307': 'A POST stays a POST.',
  '302': 'A POST becomes a GET.',
};

const schemes: readonly SelectOption<RouteForm['scheme']>[] = [
  { value: 'http', label: 'http' },
  { value: 'https', label: 'https' },
];

export interface RouteFieldsProps {
  readonly server: ServerSummary;
  readonly form: RouteForm;
  readonly errors: RouteErrors;
  readonly onChange: (part: Partial<RouteForm>) => void;
}

/** Where a route leads. */
export function TargetFields(props: RouteFieldsProps): ReactNode {
  const { form, errors, onChange } = props;
  return (
    <>
      <Select label="Leads to" value={form.kind} options={kinds} error={errors.kind} onChange={(kind) => onChange({ kind })} />
      <KindFields {...props} />
    </>
  );
}

function KindFields(props: RouteFieldsProps): ReactNode {
  switch (props.form.kind) {
    case 'app':
      return <AppFields {...props} />;
    case 'address':
      return <AddressFields {...props} />;
    case 'redirect':
      return <RedirectFields {...props} />;
    case 'maintenance':
      return <MaintenanceFields {...props} />;
  }
}

function AppFields({ server, form, errors, onChange }: RouteFieldsProps): ReactNode {
  const names = server.apps.map(({ name }) => name);
  const gone = form.app !== null && !names.includes(form.app) ? [{ value: form.app, label: form.app, hint: 'not on this server' }] : [];
  return (
    <div className="grid grid-cols-[3fr_2fr] items-start gap-4">
      <Select
        label="App"
        value={form.app}
        options={[...names.map((name) => ({ value: name, label: name })), ...gone]}
        placeholder={names.length === 0 ? 'There is no app yet' : 'Choose an app'}
        error={errors.app}
        onChange={(app) => onChange({ app })}
      />
      <TextField
        label="Port"
        inputMode="numeric"
        value={form.port}
        onChange={(port) => onChange({ port })}
        error={errors.port}
        placeholder="the app’s own"
      />
    </div>
  );
}

function AddressFields({ form, errors, onChange }: RouteFieldsProps): ReactNode {
  return (
    <>
      <div className="grid grid-cols-[1fr_3fr_1fr] items-start gap-4">
        <Select label="By" value={form.scheme} options={schemes} onChange={(scheme) => onChange({ scheme })} />
        <TextField
          label="Host or IPv4 address"
          value={form.addressHost}
          onChange={(addressHost) => onChange({ addressHost })}
          onBlur={() => onChange(splitAddress(form.addressHost))}
          error={errors.addressHost}
          placeholder="10.0.0.5"
          hint="It is asked by this name, not by the one that the visitor typed."
        />
        <TextField
          label="Its port"
          inputMode="numeric"
          value={form.addressPort}
          onChange={(addressPort) => onChange({ addressPort })}
          error={errors.addressPort}
          placeholder={String(usualPorts[form.scheme])}
        />
      </div>
      {form.scheme === 'https' && (
        <Checkbox
          label="Check its certificate"
          description="It has to be valid for the name, of an authority that is known. Without the check anybody on the way could answer."
          checked={form.verify}
          onChange={(verify) => onChange({ verify })}
        />
      )}
    </>
  );
}

function RedirectFields({ form, errors, onChange }: RouteFieldsProps): ReactNode {
  const path = tidyPath(form.path);
  const example = `${path === '/' ? '' : path}/about`;
  return (
    <>
      <div className="grid grid-cols-[3fr_2fr] items-start gap-4">
        <TextField label="To" value={form.to} onChange={(to) => onChange({ to })} error={errors.to} placeholder="https://www.example.com" />
        <Select label="Status" value={form.code} options={codes} hint={methodHints[form.code]} onChange={(code) => onChange({ code })} />
      </div>
      <Checkbox
        label="Path and query go along"
        description={
          form.keepPath
            ? `Who asks for ${example} is sent to ${example} there.`
            : `Who asks for ${example} is sent to the address just as it stands.`
        }
        checked={form.keepPath}
        onChange={(keepPath) => onChange({ keepPath })}
      />
    </>
  );
}

function MaintenanceFields({ form, errors, onChange }: RouteFieldsProps): ReactNode {
  return (
    <Field
      label="Words on the page"
      error={errors.text}
      hint="Below the title “Back soon”. Visitors get status 503, and search engines come again."
    >
      {(control) => (
        <textarea
          {...control}
          rows={3}
          value={form.text}
          placeholder="This site is being worked on. Try again shortly."
          onChange={(event) => onChange({ text: event.target.value })}
          className={`${controlFrame} selectable w-full min-w-0 resize-none px-2.5 py-1.5`}
        />
      )}
    </Field>
  );
}
