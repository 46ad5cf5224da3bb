/**
 * Deploying: the sheet that says what will be sent and where, and the page of a job with its stages, its log and its end. Knows
 * nothing of how a deploy is done: it shows what the job says of itself.
 */
import { History, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { endEarlyWords, type JobSummary, tooLateWords } from '../../../src-main/contract/index.ts';
import { cancelJob, isRunning, useJob, useJobs } from '../../state/jobs.ts';
import { retryOf } from '../../state/retries.ts';
import { serverName, useServer, useServers } from '../../state/servers.ts';
import { navigate } from '../../state/view.ts';
import { clockTime, duration, exactTime } from '../../ui/format.ts';
import { Button, EmptyState, notify, Pill, Spinner } from '../../ui/index.ts';
import { JobLog } from '../logs/job-log.tsx';
import { PageHead } from '../shell/page-head.tsx';
import { JobOutcome } from './job-outcome.tsx';
import { jobHeadline } from './job-words.ts';
import { ReplicaMoves } from './replica-moves.tsx';
import { StageList } from './stage-list.tsx';

const staysId = 'job-stays';

/** The page of one job, running or ended. */
export function JobPage({ job: id }: { readonly job: string }): ReactNode {
  const job = useJob(id);
  const loaded = useJobs((state) => state.loaded);
  if (job === undefined) return loaded ? <Gone /> : <Spinner label="Loading the job" className="m-5" />;
  return <Shown key={id} job={job} />;
}

function Gone(): ReactNode {
  return (
    <EmptyState
      icon={History}
      title="This job is not known any more"
      action={<Button onClick={() => navigate({ kind: 'home' })}>All servers</Button>}
    >
      Jobs that have ended are forgotten when the list is cleared. What they did is in the releases of their app.
    </EmptyState>
  );
}

function Shown({ job }: { readonly job: JobSummary }): ReactNode {
  const server = useServer(job.server);
  const headline = jobHeadline(job);
  const name = useServers((state) => serverName(state.servers, job.server));
  const [retrying, setRetrying] = useState(false);
  const retry = retryOf(job.id);
  const onRetry = retry && !retrying ? () => void again(retry, setRetrying) : null;
  const stays = tooLateWords(job) ?? endEarlyWords(job);
  const took = job.endedAt === null ? '' : `, took ${duration(job.endedAt - job.startedAt)}`;
  return (
    <>
      <PageHead
        title={job.app ?? (job.kind === 'certificate' ? job.title : name)}
        status={headline.status}
        pill={<Pill status={headline.status}>{headline.word}</Pill>}
        subtitle={
          <span className="tabular" title={exactTime(job.startedAt)}>
            {job.app === null ? '' : `on ${name}, `}
            started {clockTime(job.startedAt).slice(0, 5)}
            {took}
          </span>
        }
        actions={<HeadActions job={job} />}
      />
      <div className="flex min-h-0 flex-1">
        <div className="w-85 flex-none overflow-y-auto border-line border-r px-5 py-4 max-[1100px]:w-72">
          <StageList stages={job.stages} />
          <ReplicaMoves job={job} connected={server?.connection.phase === 'connected'} />
          <div className="mt-4" aria-live="polite">
            {stays !== null && (
              <p id={staysId} className="mb-4 border-line border-t pt-4 text-text-2">
                {stays}
              </p>
            )}
            <JobOutcome job={job} server={server} onRetry={onRetry} />
          </div>
        </div>
        <div className="flex min-w-0 flex-1 flex-col px-5 pt-2 pb-4">
          <JobLog
            job={job.id}
            label={job.kind === 'deploy' ? 'Build log' : 'Log'}
            saveAs={`${job.app ?? name}-${job.kind}`}
            showStage={job.kind !== 'deploy'}
          />
        </div>
      </div>
    </>
  );
}

function HeadActions({ job }: { readonly job: JobSummary }): ReactNode {
  const { app, server } = job;
  if (isRunning(job)) {
    const tooLate = tooLateWords(job);
    const endEarly = endEarlyWords(job);
    return (
      <Button
        icon={X}
        busy={job.state === 'cancelling'}
        disabled={tooLate !== null}
        title={tooLate ?? endEarly ?? undefined}
        aria-describedby={tooLate === null && endEarly === null ? undefined : staysId}
        onClick={() => void cancelJob(job.id).catch(notify.error)}
      >
        {job.state === 'cancelling' ? 'Cancelling' : endEarly === null ? 'Cancel' : 'End early'}
      </Button>
    );
  }
  if (job.kind === 'certificate') {
    return <Button onClick={() => navigate({ kind: 'server', server, tab: 'certificates' })}>Go to the certificates</Button>;
  }
  if (app === null) return <Button onClick={() => navigate({ kind: 'server', server, tab: 'overview' })}>Go to the server</Button>;
  if (job.kind === 'remove' && job.state === 'succeeded') return null;
  return <Button onClick={() => navigate({ kind: 'app', server, app, tab: 'overview' })}>Go to {app}</Button>;
}

async function again(retry: () => Promise<void>, setRetrying: (retrying: boolean) => void): Promise<void> {
  setRetrying(true);
  try {
    await retry();
  } catch (error) {
    notify.error(error);
  } finally {
    setRetrying(false);
  }
}
