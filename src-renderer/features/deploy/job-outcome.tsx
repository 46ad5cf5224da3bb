import { ArrowRight, ExternalLink, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { type JobResult, type JobSummary, probeWords, type ServerSummary } from '../../../src-main/contract/index.ts';
import { openApp } from '../../state/app-page.ts';
import { isRunning } from '../../state/jobs.ts';
import { navigate } from '../../state/view.ts';
import { latency } from '../../ui/format.ts';
import { Button, CopyButton, InlineError, notify } from '../../ui/index.ts';
import { servingMeanwhile } from './job-words.ts';

interface JobOutcomeProps {
  readonly job: JobSummary;
  readonly server: ServerSummary | undefined;
  readonly onRetry: (() => void) | null;
}

/** Under the stages: what serves while the job runs, and at the end where it answers or why not. */
export function JobOutcome({ job, server, onRetry }: JobOutcomeProps): ReactNode {
  const meanwhile = servingMeanwhile(job, server);
  // Live as soon as it is, though there is more to do.
  if (isRunning(job) && job.result !== null && job.result.url !== '') return <Live job={job} result={job.result} />;
  if (isRunning(job)) return meanwhile && <Fact label="Serving meanwhile">{meanwhile}</Fact>;
  const after = liveAfter(job, server);
  switch (job.state) {
    case 'succeeded':
      if (job.kind === 'certificate')
        return <Ended after={null}>Served from now on, and renewed on the server, also while this computer is off.</Ended>;
      return job.result === null || job.result.url === '' ? null : <Live job={job} result={job.result} />;
    case 'failed':
      return (
        <Ended after={after}>
          {job.error && (
            <InlineError
              error={job.error}
              openDetail
              actions={
                onRetry && (
                  <Button size="sm" icon={RotateCw} onClick={onRetry}>
                    Try again
                  </Button>
                )
              }
            />
          )}
        </Ended>
      );
    case 'cancelled':
      return (
        <Ended after={after}>
          <p>{job.kind === 'certificate' ? 'Cancelled before the authority was asked.' : 'Cancelled. What had been begun was undone.'}</p>
          {onRetry && <RetryButton onRetry={onRetry} />}
        </Ended>
      );
    case 'interrupted':
      return (
        <Ended after={after}>
          <p>
            {job.kind === 'certificate'
              ? 'Longshore ended while this ran. What the authority gave may be served all the same: the list of certificates tells.'
              : 'Longshore ended while this ran. The next deploy or change of this app finishes or undoes what was begun.'}
          </p>
          {onRetry && <RetryButton onRetry={onRetry} />}
        </Ended>
      );
    default:
      return null;
  }
}

function RetryButton({ onRetry }: { readonly onRetry: () => void }): ReactNode {
  return (
    <Button size="sm" icon={RotateCw} className="mt-2" onClick={onRetry}>
      Try again
    </Button>
  );
}

function Live({ job, result }: { readonly job: JobSummary; readonly result: JobResult }): ReactNode {
  const open = (): void => void openApp(job.server, result.app).catch(notify.error);
  return (
    <section aria-label="Result" className="border-line border-t pt-4">
      <p className="label-11">Live at</p>
      <p className="mt-0.5 flex items-center gap-1">
        <button type="button" onClick={open} className="selectable min-w-0 text-left font-[540] text-accent wrap-anywhere hover:underline">
          {result.url}
        </button>
        <CopyButton iconOnly label="Copy the address" text={result.url} />
      </p>
      {result.probe && (
        <>
          <p className="tabular mt-3">{probeWords(result.probe)}</p>
          <p className="tabular text-12 text-text-3">
            Sent by this deploy through the edge; the slowest was answered in {latency(result.probe.slowestMs)}.
          </p>
        </>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <Button variant="primary" icon={ExternalLink} onClick={open}>
          Open
        </Button>
        <Button icon={ArrowRight} onClick={() => navigate({ kind: 'app', server: job.server, app: result.app, tab: 'overview' })}>
          Go to {result.app}
        </Button>
      </div>
    </section>
  );
}

function Ended({ after, children }: { readonly after: string | null; readonly children: ReactNode }): ReactNode {
  return (
    <section aria-label="Result" className="border-line border-t pt-4">
      {children}
      {after !== null && <p className="mt-2 text-text-2">{after}</p>}
    </section>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <section aria-label={label} className="border-line border-t pt-4">
      <p className="label-11">{label}</p>
      <p className="mt-0.5">{children}</p>
    </section>
  );
}

/** What serves now that the job ended otherwise than it should. */
function liveAfter(job: JobSummary, server: ServerSummary | undefined): string | null {
  const app = server?.apps.find((one) => one.name === job.app);
  return app === undefined || app.release === null ? null : `r${app.release} of ${app.name} still serves.`;
}
