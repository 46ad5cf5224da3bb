import { FolderUp } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { runAction } from '../../actions/index.ts';
import { cancelJob, isRunning, latestSetup, useJobs } from '../../state/jobs.ts';
import { openJobLog } from '../../state/log-sessions.ts';
import { setUpServer } from '../../state/servers.ts';
import { Button, InlineError, notify, RelativeTime } from '../../ui/index.ts';
import { useSession } from '../logs/job-log.tsx';
import { SecretPanel } from './secret-panel.tsx';
import { SetupStepRow } from './setup-step-row.tsx';
import { needsSudo, setupStages, setupWords } from './setup-steps.ts';
import { useAsking } from './use-asking.ts';

/** What makes a server ready for apps: the steps of the set-up job, each with its output, to run and to repeat. */
export function SetupChecklist({ server }: { readonly server: ServerSummary }): ReactNode {
  const jobs = useJobs((state) => state.jobs);
  const job = latestSetup(jobs, server.profile.id);
  const { busy, error, ask } = useAsking();
  const running = job !== undefined && isRunning(job);
  const connected = server.connection.phase === 'connected';
  const run = (): void => ask(() => setUpServer(server.profile.id));

  return (
    <div className="max-w-200">
      <div className="mb-3 flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold text-15">Set-up checklist</h2>
          <p role="status" className="text-text-2">
            {setupWords(job, server.setup)}
            {job && !running && job.endedAt !== null && (
              <span className="text-text-3">
                , <RelativeTime at={job.endedAt} />
              </span>
            )}
          </p>
        </div>
        {running ? (
          <Button disabled={job.state === 'cancelling'} onClick={() => void cancelJob(job.id).catch(notify.error)}>
            Cancel
          </Button>
        ) : (
          <Button variant={server.setup === 'ready' ? 'secondary' : 'primary'} busy={busy} disabled={!connected} onClick={run}>
            {job ? 'Run again' : server.setup === 'ready' ? 'Check again' : 'Set up'}
          </Button>
        )}
      </div>
      <p className="mb-4 text-12 text-text-3">
        Each step can be repeated and does nothing where its work is done already. Containers that run there are left alone.
      </p>
      {error && <InlineError error={error} />}
      {job?.state === 'succeeded' && server.apps.length === 0 && <NextStep name={server.profile.name} />}
      {job?.error && job.state === 'failed' && !needsSudo(job) && (
        <div className="mb-4">
          <InlineError error={job.error} />
        </div>
      )}
      {needsSudo(job) && (
        <div className="mb-4 rounded-6 border border-line p-4">
          <SecretPanel server={server} kind="sudo" reason={job?.error ?? null} onGiven={run} />
        </div>
      )}
      {job ? <StepsWithOutput key={job.id} job={job.id} server={server} /> : <Steps server={server} />}
    </div>
  );
}

/** The last of the three first steps, where the second one ends. */
function NextStep({ name }: { readonly name: string }): ReactNode {
  return (
    <div className="mb-4 flex items-center gap-3 rounded-6 bg-live-soft px-3 py-2.5">
      <FolderUp aria-hidden size={18} className="flex-none text-live" />
      <p className="min-w-0 flex-1">{name} is ready. Drop a project folder anywhere on this window to deploy it.</p>
      <Button variant="primary" onClick={() => runAction('deploy.choose-folder')}>
        Deploy a folder
      </Button>
    </div>
  );
}

function Steps({ server }: { readonly server: ServerSummary }): ReactNode {
  return (
    <ol aria-label={`Set-up of ${server.profile.name}`} className="border-line border-t">
      {setupStages(undefined).map((stage) => (
        <SetupStepRow key={stage.id} stage={stage} session={null} />
      ))}
    </ol>
  );
}

function StepsWithOutput({ job, server }: { readonly job: string; readonly server: ServerSummary }): ReactNode {
  const session = useSession(() => openJobLog(job), job);
  const stages = setupStages(useJobs((state) => state.jobs.find((one) => one.id === job)));
  return (
    <ol aria-label={`Set-up of ${server.profile.name}`} className="border-line border-t">
      {stages.map((stage) => (
        <SetupStepRow key={stage.id} stage={stage} session={session} />
      ))}
    </ol>
  );
}
