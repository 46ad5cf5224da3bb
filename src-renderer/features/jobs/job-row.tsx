import { Ban, CircleCheck, CircleX, type LucideIcon, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { JobState, JobSummary } from '../../../src-main/contract/index.ts';
import { cancelJob, isRunning } from '../../state/jobs.ts';
import { wholeDuration } from '../../ui/format.ts';
import { IconButton, notify, ProgressBar, RelativeTime, Spinner, type Status, statusText, useNow } from '../../ui/index.ts';
import { jobShare, jobWords } from './job-words.ts';

const looks: Readonly<Record<JobState, { readonly status: Status; readonly icon: LucideIcon | null }>> = {
  running: { status: 'working', icon: null },
  cancelling: { status: 'waiting', icon: null },
  succeeded: { status: 'live', icon: CircleCheck },
  failed: { status: 'failed', icon: CircleX },
  cancelled: { status: 'stopped', icon: Ban },
  interrupted: { status: 'degraded', icon: TriangleAlert },
};

/** One job in the tray: what it is, how far it is or how it ended, and its way out. */
export function JobRow({ job, onOpen }: { readonly job: JobSummary; readonly onOpen: () => void }): ReactNode {
  const { status, icon: Icon } = looks[job.state];
  const running = isRunning(job);
  return (
    <li className="group/job relative border-line border-b last:border-b-0">
      <button
        type="button"
        aria-label={job.title}
        onClick={onOpen}
        className="flex w-full items-start gap-2.5 px-4 py-2.5 pr-12 text-left outline-offset-[-2px]! transition-colors hover:bg-hover"
      >
        <span className={`mt-0.5 flex flex-none ${statusText(status)}`}>
          {Icon ? <Icon aria-hidden size={16} /> : <Spinner label={null} size={16} />}
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-[530]">{job.title}</span>
          <span className="flex gap-1.5 text-12 text-text-2">
            <span className="min-w-0 truncate">{jobWords(job)}</span>
            <span className="tabular flex-none text-text-3">
              {running ? <Elapsed since={job.startedAt} /> : <RelativeTime at={job.endedAt ?? job.startedAt} />}
            </span>
          </span>
          {running && <ProgressBar label={`Progress: ${job.title}`} value={jobShare(job)} className="mt-1.5" />}
        </span>
      </button>
      {job.state === 'running' && job.cancellable && (
        <IconButton
          label={`Cancel: ${job.title}`}
          icon={X}
          size="sm"
          className="absolute! top-2.5 right-3"
          onClick={() => void cancelJob(job.id).catch(notify.error)}
        />
      )}
    </li>
  );
}

function Elapsed({ since }: { readonly since: number }): ReactNode {
  return wholeDuration(useNow() - since);
}
