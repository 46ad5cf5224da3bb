import type { ReactNode } from 'react';
import type { AppSummary, HealthCheck, ServerSummary } from '../../../src-main/contract/index.ts';
import { Checkbox, Section, Select, TextField } from '../../ui/index.ts';
import { DomainList } from '../app-settings/domain-list.tsx';
import { EnvEditor } from '../app-settings/env-editor.tsx';
import type { SettingsErrors, SettingsForm } from '../app-settings/settings-form.ts';
import { PortField, ReplicasField } from '../app-settings/size-fields.tsx';
import { DomainCertificate, useDomainCertificates } from '../certificates/domain-certificate.tsx';

interface SettingsFieldsProps {
  readonly server: ServerSummary;
  readonly app: AppSummary;
  readonly form: SettingsForm;
  readonly errors: SettingsErrors;
  readonly taken: (host: string) => string | null;
  readonly onChange: (part: Partial<SettingsForm>) => void;
}

const healthKinds: readonly { readonly value: HealthCheck['kind']; readonly label: string }[] = [
  { value: 'http', label: 'GET a path' },
  { value: 'tcp', label: 'Port accepts connections' },
  { value: 'command', label: 'A command in the container' },
];

/** The fields of an app's settings, in the order in which they are looked for. */
export function SettingsFields({ server, app, form, errors, taken, onChange }: SettingsFieldsProps): ReactNode {
  useDomainCertificates(server);
  return (
    <>
      <Section title="App">
        <div className="grid grid-cols-[1fr_auto_auto] items-start gap-4">
          <TextField label="Name" value={app.name} onChange={() => {}} readOnly hint="Part of its addresses and releases, so it stays." />
          <PortField className="w-40" value={form.port} onChange={(port) => onChange({ port })} error={errors.port} />
          <ReplicasField value={form.replicas} onChange={(replicas) => onChange({ replicas })} error={errors.replicas} />
        </div>
      </Section>
      <Section title="Environment" description="Given to the app when it starts. Kept on the server with each release.">
        <EnvEditor rows={form.environment} onChange={(environment) => onChange({ environment })} errors={errors.environment} />
      </Section>
      <Section title="Domains">
        <DomainList
          defaultHost={app.hosts[0] ?? ''}
          domains={form.domains}
          onChange={(domains) => onChange({ domains })}
          errors={errors.domains}
          taken={taken}
          address={server.facts?.address ?? ''}
          aside={(domain) => <DomainCertificate server={server} domain={domain} saved={app.hosts.includes(domain)} />}
        />
      </Section>
      <Section title="Health" description="A new release takes over only when each of its replicas passes this check.">
        <div className="flex flex-wrap items-start gap-4">
          <Select
            label="Check"
            className="w-52"
            value={form.healthKind}
            onChange={(healthKind) => onChange({ healthKind })}
            options={healthKinds}
          />
          {form.healthKind === 'http' && (
            <TextField
              label="Path"
              mono
              className="w-72"
              value={form.healthPath}
              onChange={(healthPath) => onChange({ healthPath })}
              error={errors.healthPath}
              hint="Healthy when answered below status 500."
            />
          )}
          {form.healthKind === 'command' && (
            <TextField
              label="Command"
              mono
              className="w-[400px]"
              value={form.healthCommand}
              onChange={(healthCommand) => onChange({ healthCommand })}
              error={errors.healthCommand}
              placeholder="test -e /run/ready"
              hint="Healthy when a shell ends it with code 0. Later failures make Docker start the replica anew."
            />
          )}
          <TextField
            label="Time to become healthy"
            className="w-72"
            inputMode="numeric"
            value={form.healthySeconds}
            onChange={(healthySeconds) => onChange({ healthySeconds })}
            error={errors.healthySeconds}
            hint="After that it is given up; the old one stays."
            after="seconds"
          />
        </div>
        <div className="mt-4 flex flex-wrap items-start gap-4">
          <TextField
            label="Between two checks"
            className="w-52"
            inputMode="numeric"
            value={form.healthIntervalSeconds}
            onChange={(healthIntervalSeconds) => onChange({ healthIntervalSeconds })}
            error={errors.healthIntervalSeconds}
            placeholder={form.healthKind === 'command' ? '3' : '1'}
            after="seconds"
          />
          <TextField
            label="A check may take"
            className="w-52"
            inputMode="numeric"
            value={form.healthTimeoutSeconds}
            onChange={(healthTimeoutSeconds) => onChange({ healthTimeoutSeconds })}
            error={errors.healthTimeoutSeconds}
            after="seconds"
          />
          <TextField
            label="Not healthy any more after"
            className="w-52"
            inputMode="numeric"
            value={form.healthRetries}
            onChange={(healthRetries) => onChange({ healthRetries })}
            error={errors.healthRetries}
            after="failed checks"
          />
        </div>
      </Section>
      <Section title="Switching over">
        <div className="mb-4">
          <Checkbox
            label="Only one release at a time"
            description="For an app that must not run twice, such as one that alone writes to its data. The old release stops before the new one starts; requests wait at the edge meanwhile, 60 s at most each."
            checked={form.oneAtATime}
            onChange={(oneAtATime) => onChange({ oneAtATime })}
          />
        </div>
        <div className="flex flex-wrap items-start gap-4">
          <TextField
            label="Time to finish requests"
            className="w-80"
            inputMode="numeric"
            value={form.drainSeconds}
            onChange={(drainSeconds) => onChange({ drainSeconds })}
            error={errors.drainSeconds}
            hint="How long uploads, streams and websockets of the old release may go on."
            after="seconds"
          />
          <TextField
            label="Watch time after a switch"
            className="w-80"
            inputMode="numeric"
            value={form.watchSeconds}
            onChange={(watchSeconds) => onChange({ watchSeconds })}
            error={errors.watchSeconds}
            hint="Should the new release die in it, the old one serves again by itself. 0 for none."
            after="seconds"
          />
        </div>
      </Section>
    </>
  );
}
