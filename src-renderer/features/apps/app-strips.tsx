import { ArrowRight, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { JobSummary } from '../../../src-main/contract/index.ts';
import { dismissJob, useAppPage } from '../../state/app-page.ts';
import { useJobs } from '../../state/jobs.ts';
import { navigate } from '../../state/view.ts';
import { Button, RelativeTime, Spinner } from '../../ui/index.ts';
import { jobHeadline } from '../deploy/job-words.ts';

/** What went wrong last, until it was read or something newer was done. */
export function FailedStrip({ server, app }: { readonly server: string; readonly app: string }): ReactNode {
  const last = useJobs((state) => state.jobs.find((job) => job.server === server && job.app === app));
  const read = useAppPage((state) => last !== undefined && state.dismissed.has(last.id));
  const newest = useAppPage((state) => state.releases.value?.find((release) => release.state === 'live')?.record.createdAt ?? 0);
  // A release that went live later, from here or another computer, is the newer word.
  if (last === undefined || read || newest > last.startedAt || (last.state !== 'failed' && last.state !== 'interrupted')) return null;
  return (
    <div role="alert" className="flex min-h-9.5 flex-none items-center gap-2 bg-fail-soft px-5 py-1 text-12">
      <CircleX aria-hidden size={16} className="flex-none text-fail" />
      <p className="selectable min-w-0 flex-1 truncate" title={last.error?.message}>
        {jobHeadline(last).word}
        {last.endedAt !== null && (
          <span className="text-text-2">
            {' '}
            <RelativeTime at={last.endedAt} />
          </span>
        )}
        {last.error && <span className="text-text-2">: {last.error.message}</span>}
      </p>
      <Button size="sm" variant="ghost" onClick={() => dismissJob(last.id)}>
        Dismiss
      </Button>
      <Button size="sm" icon={ArrowRight} onClick={() => navigate({ kind: 'job', job: last.id })}>
        Show
      </Button>
    </div>
  );
}

/** What is under way for the app. */
export function JobStrip({ job }: { readonly job: JobSummary }): ReactNode {
  const stage = job.stages.find((one) => one.state === 'running');
  return (
    <div role="status" className="flex min-h-9.5 flex-none items-center gap-2 bg-work-soft px-5 py-1 text-12">
      <Spinner label={null} size={16} className="text-work" />
      <p className="min-w-0 flex-1 truncate">
        {job.title}
        {stage && (
          <span className="text-text-2">: {[stage.title.toLowerCase(), stage.detail].filter((part) => part !== '').join(', ')}</span>
        )}
      </p>
      <Button size="sm" icon={ArrowRight} onClick={() => navigate({ kind: 'job', job: job.id })}>
        Show
      </Button>
    </div>
  );
}
