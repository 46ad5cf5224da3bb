import { Settings2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { type AppSettings, type AppSummary, type ServerSummary, settingsChanges } from '../../../src-main/contract/index.ts';
import { configure, editSettings, useAppPage } from '../../state/app-page.ts';
import { runningJobOf, useJobs } from '../../state/jobs.ts';
import { plural } from '../../ui/format.ts';
import { Button, EmptyState, Spinner } from '../../ui/index.ts';
import {
  formSettings,
  hasErrors,
  type SettingsErrors,
  type SettingsForm,
  settingsChange,
  settingsErrors,
  settingsForm,
} from '../app-settings/settings-form.ts';
import { hostOwner } from './app-words.ts';
import { DangerZone } from './danger-zone.tsx';
import { ReadError } from './read-error.tsx';
import { SettingsFields } from './settings-fields.tsx';

interface SettingsTabProps {
  readonly server: ServerSummary;
  readonly app: AppSummary;
}

/** The settings of an app. What is changed is saved together, as one new release. */
export function SettingsTab({ server, app }: SettingsTabProps): ReactNode {
  const { detail, draft } = useAppPage();
  const live = detail.value?.settings ?? null;
  const taken = (host: string): string | null => hostOwner(server, app.name, host);
  const form = draft ?? (live === null ? null : settingsForm(live));
  const errors = form === null ? null : settingsErrors(form, taken);
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto p-5">
        <div className="max-w-170">
          <ReadError error={detail.error} />
          {detail.value === null && detail.loading && <Spinner label="Loading settings" />}
          {detail.value !== null && live === null && (
            <EmptyState icon={Settings2} title="No settings yet">
              They come with the first release that goes live.
            </EmptyState>
          )}
          {form !== null && errors !== null && (
            <SettingsFields
              server={server}
              app={app}
              form={form}
              errors={errors}
              taken={taken}
              onChange={(part) => editSettings({ ...form, ...part })}
            />
          )}
          <DangerZone server={server} app={app} />
        </div>
      </div>
      {live !== null && draft !== null && errors !== null && (
        <SaveBar server={server} app={app} live={live} draft={draft} errors={errors} />
      )}
    </>
  );
}

interface SaveBarProps extends SettingsTabProps {
  readonly live: AppSettings;
  readonly draft: SettingsForm;
  readonly errors: SettingsErrors;
}

/** What would change, and the two ways out. */
function SaveBar({ server, app, live, draft, errors }: SaveBarProps): ReactNode {
  const asking = useAppPage((state) => state.asking);
  const busy = useJobs((state) => runningJobOf(state.jobs, server.profile.id, app.name) !== undefined);
  const connected = server.connection.phase === 'connected';
  const wrong = hasErrors(errors);
  const changes = wrong ? [] : settingsChanges(live, formSettings(draft));
  const release = app.release === null ? 'a new release' : 'one new release';
  const whyNot = !connected ? `${server.profile.name} is not connected.` : busy ? 'Something is already under way for this app.' : null;
  return (
    <section aria-label="Changes" className="flex min-h-13.5 flex-none items-center gap-2 border-line border-t bg-bg px-5 py-2">
      <div role="status" className="min-w-0 flex-1">
        {wrong ? (
          <p className="text-fail">Mend what is marked above to save.</p>
        ) : changes.length === 0 ? (
          <p className="text-text-2">Nothing is changed.</p>
        ) : (
          <>
            <p>
              {plural(changes.length, 'change')}, saved as {release} that takes over without a gap. Nothing is built.
            </p>
            <p className="truncate text-12 text-text-3" title={changeText(changes)}>
              {whyNot ?? changeText(changes)}
            </p>
          </>
        )}
      </div>
      <Button variant="ghost" onClick={() => editSettings(null)}>
        Discard
      </Button>
      <Button
        variant="primary"
        busy={asking === 'configure'}
        disabled={wrong || changes.length === 0 || whyNot !== null}
        title={whyNot ?? undefined}
        onClick={() => void configure(settingsChange(live, formSettings(draft)))}
      >
        Save as new release
      </Button>
    </section>
  );
}

function changeText(changes: ReturnType<typeof settingsChanges>): string {
  return changes.map(({ what, text }) => `${what} ${text}`).join(', ');
}
