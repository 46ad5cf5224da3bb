/** The jobs tray: everything running or done, from any screen. Knows jobs as the store gives them, and nothing of their kinds' pages. */
import { Popover } from '@base-ui/react/popover';
import { ListTodo } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import type { JobSummary } from '../../../src-main/contract/index.ts';
import { runAction } from '../../actions/index.ts';
import { isRunning, useJobs } from '../../state/jobs.ts';
import { navigate, setOverlay, useView, type View } from '../../state/view.ts';
import { Button, EmptyState, InlineError } from '../../ui/index.ts';
import { SidebarItem } from '../shell/sidebar-item.tsx';
import { JobRow } from './job-row.tsx';

/** A set-up is shown where it belongs, as its server's checklist. */
function pageOf(job: JobSummary): View {
  return job.kind === 'setup' ? { kind: 'server', server: job.server, tab: 'set-up' } : { kind: 'job', job: job.id };
}

interface JobsTrayProps {
  /** What the tray stands beside. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly hint: string | undefined;
}

/** The side bar's Jobs row and the tray that it opens. */
export function JobsTray({ anchor, hint }: JobsTrayProps): ReactNode {
  const open = useView((state) => state.jobsTray);
  const { jobs, error } = useJobs();
  return (
    <Popover.Root open={open} onOpenChange={(next) => setOverlay('jobsTray', next)}>
      <Popover.Trigger render={<SidebarItem name="Jobs" icon={ListTodo} hint={hint} />} />
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="right" align="end" sideOffset={12} collisionPadding={12} className="z-30">
          <Popover.Popup className="flex max-h-[min(520px,calc(100vh-48px))] w-100 flex-col overflow-hidden rounded-10 border border-line bg-raised shadow-overlay outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            <div className="flex h-11 flex-none items-center gap-2 border-line border-b pr-2 pl-4">
              <Popover.Title className="font-semibold text-13">Jobs</Popover.Title>
              {hint && <span className="tabular text-12 text-text-3">{hint}</span>}
              <span className="flex-1" />
              {jobs.some((job) => !isRunning(job)) && (
                <Button variant="ghost" size="sm" onClick={() => runAction('jobs.clear')}>
                  Clear finished
                </Button>
              )}
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto">
              {error && (
                <div className="p-3">
                  <InlineError error={error} />
                </div>
              )}
              {jobs.length === 0 && !error ? (
                <EmptyState title="No jobs yet">Deploys, set-ups and restarts show here while they run, and how they ended.</EmptyState>
              ) : (
                <ul>
                  {jobs.map((job) => (
                    <JobRow key={job.id} job={job} onOpen={() => navigate(pageOf(job))} />
                  ))}
                </ul>
              )}
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
