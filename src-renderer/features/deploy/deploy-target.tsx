import { clsx } from 'clsx';
import { Box, Globe, Hourglass, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  type AppDetail,
  type AppSummary,
  type ErrorCode,
  type FolderInspection,
  hostByAddress,
  type ServerSummary,
} from '../../../src-main/contract/index.ts';
import { editDeployForm, readExisting, useDeploySheet } from '../../state/deploy-sheet.ts';
import { useServers } from '../../state/servers.ts';
import { plural } from '../../ui/format.ts';
import { Button, controlFrame, InlineError, TextField } from '../../ui/index.ts';
import { EnvEditor } from '../app-settings/env-editor.tsx';
import { PortField, ReplicasField } from '../app-settings/size-fields.tsx';
import { buildWords } from './build-words.ts';
import { type DeployErrors, type DeployForm, expectation, replacedApp, serverOf } from './deploy-form.ts';
import { ServerChoice } from './server-choice.tsx';

interface DeployTargetProps {
  readonly inspection: FolderInspection;
  readonly errors: DeployErrors;
  /** The Dockerfile is in view on the left. */
  readonly editing: boolean;
  readonly onDockerfile: () => void;
}

/** Errors of the server that belong to one field. */
const fieldOf: Partial<Record<ErrorCode, 'appName' | 'domain'>> = { 'name-taken': 'appName', 'domain-taken': 'domain' };

/** The right side: app, server, address, build, and the settings of the first moment. */
export function DeployTarget({ inspection, errors, editing, onDockerfile }: DeployTargetProps): ReactNode {
  const { form, existing, startError } = useDeploySheet();
  const servers = useServers((state) => state.servers);
  const server = serverOf(servers, form.server);
  const replaced = replacedApp(servers, form);
  const refused = startError === null ? undefined : fieldOf[startError.code];
  const refusal = (field: 'appName' | 'domain'): string | null => (refused === field ? (startError?.message ?? null) : null);
  const build = buildWords(inspection.build, form.dockerfile);
  return (
    <>
      {startError !== null && refused === undefined && <InlineError error={startError} />}
      <TextField
        label="App"
        autoFocus
        value={form.appName}
        onChange={(appName) => editDeployForm({ appName: appName.trim().toLowerCase() })}
        error={errors.appName ?? refusal('appName')}
        hint={appHint(replaced)}
      />
      <ServerChoice servers={servers} chosen={form.server} problem={errors.server} />
      <Address form={form} server={server} replaced={replaced} error={errors.domain ?? refusal('domain')} />
      {existing.error && (
        <InlineError
          error={existing.error}
          actions={
            <Button size="sm" onClick={readExisting}>
              Read its settings again
            </Button>
          }
        />
      )}
      <div>
        <p className="label-11 mb-1">Build</p>
        <button
          type="button"
          aria-pressed={editing}
          onClick={onDockerfile}
          className={clsx(
            controlFrame,
            'flex h-7.5 w-full items-center gap-2 px-2.5 text-left',
            errors.dockerfile !== null && 'border-fail',
          )}
        >
          <Box aria-hidden size={14} className="flex-none text-text-3" />
          <span className="min-w-0 flex-1 truncate">{build.label}</span>
          <span className="flex-none text-12 text-accent">
            {editing ? 'Back to files' : errors.dockerfile === null ? 'View or edit' : 'Write'}
          </span>
        </button>
        {errors.dockerfile !== null && !editing && (
          <p role="alert" className="mt-1 text-12 text-fail">
            {errors.dockerfile}.
          </p>
        )}
      </div>
      <div className="grid grid-cols-2 items-start gap-4">
        <PortField value={form.port} onChange={(port) => editDeployForm({ port })} error={errors.port} />
        <ReplicasField value={form.replicas} onChange={(replicas) => editDeployForm({ replicas })} error={errors.replicas} />
      </div>
      <Environment form={form} errors={errors} />
      <NoGap replaced={replaced} existing={existing.value} />
    </>
  );
}

function appHint(replaced: AppSummary | undefined): string {
  if (replaced === undefined) return 'A new app.';
  return replaced.release === null ? 'Known on the server, no release is live yet.' : `Replaces r${replaced.release}.`;
}

interface AddressProps {
  readonly form: DeployForm;
  readonly server: ServerSummary | undefined;
  readonly replaced: AppSummary | undefined;
  readonly error: string | null;
}

/** The name that every app has, and the field for one of the user's own. */
function Address({ form, server, replaced, error }: AddressProps): ReactNode {
  const address = server?.facts?.address;
  const given = replaced?.hosts[0] ?? (address === undefined ? null : hostByAddress(form.appName, address));
  const kept = replaced?.hosts.slice(1) ?? [];
  return (
    <div>
      <TextField
        label="Own domain"
        placeholder={kept.length > 0 ? 'Another domain, optional' : 'blog.example.com, optional'}
        value={form.domain}
        onChange={(domain) => editDeployForm({ domain })}
        error={error}
        hint={form.domain === '' ? undefined : `Point its DNS record at ${address ?? 'the server'}.`}
      />
      <ul aria-label="Addresses" className="mt-1 text-12 text-text-2">
        {[...kept, ...(given === null ? [] : [given])].map((host) => (
          <li key={host} className="flex items-center gap-1.5">
            <Globe aria-hidden size={12} className="flex-none text-text-3" />
            <span className="selectable truncate" title={host}>
              {host}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Environment({ form, errors }: { readonly form: DeployForm; readonly errors: DeployErrors }): ReactNode {
  const named = form.environment.filter((row) => row.name !== '').length;
  const wrong = Object.keys(errors.environment).length > 0;
  return (
    <details open={wrong || undefined}>
      <summary className="w-fit rounded-4 text-12 text-text-2 hover:text-text">
        Environment<span className="text-text-3">, {named === 0 ? 'none' : plural(named, 'variable')}</span>
      </summary>
      <div className="mt-2">
        <EnvEditor rows={form.environment} onChange={(environment) => editDeployForm({ environment })} errors={errors.environment} />
      </div>
    </details>
  );
}

/** Whether visitors will notice, and why. */
function NoGap({ replaced, existing }: { readonly replaced: AppSummary | undefined; readonly existing: AppDetail | null }): ReactNode {
  const { title, text, waits } = expectation(replaced, existing);
  const Icon = waits ? Hourglass : ShieldCheck;
  return (
    <section aria-label={title} className="rounded-6 border border-line bg-bg px-3 py-2.5">
      <p className="flex items-center gap-2 font-semibold">
        <Icon aria-hidden size={14} className="flex-none text-text-2" />
        {title}
      </p>
      <p className="mt-0.5 text-12 text-text-2">{text}</p>
    </section>
  );
}
