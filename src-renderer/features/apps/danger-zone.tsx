import { CirclePause, CircleStop, Play, RotateCw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppSummary, ServerSummary } from '../../../src-main/contract/index.ts';
import { changeRunning, holdRequests, pauseSeconds, removeApp, useAppPage } from '../../state/app-page.ts';
import { runningJobOf, useJobs } from '../../state/jobs.ts';
import { Button, confirm, Section, useNow } from '../../ui/index.ts';

interface DangerZoneProps {
  readonly server: ServerSummary;
  readonly app: AppSummary;
}

/** What takes an app out of service, each with what it does said beside it. */
export function DangerZone({ server, app }: DangerZoneProps): ReactNode {
  const { asking } = useAppPage();
  const busy = useJobs((state) => runningJobOf(state.jobs, server.profile.id, app.name) !== undefined);
  const connected = server.connection.phase === 'connected';
  const disabled = !connected || busy || asking !== null;
  const stopped = app.state === 'stopped';
  const title = !connected ? `${server.profile.name} is not connected` : busy ? 'Something is already under way for this app' : undefined;
  return (
    <Section title="Running and removing" className="mt-8">
      <div className="border-line border-t">
        {app.release !== null && !stopped && (
          <>
            <Line title="Restart" text="Starts every replica anew with the same release, without a gap.">
              <Button icon={RotateCw} disabled={disabled} title={title} onClick={() => void changeRunning('restart')}>
                Restart
              </Button>
            </Line>
            <Pause app={app} disabled={disabled} why={title} />
            <Line title="Stop" text="Its visitors get an error page until it is started again. Releases and settings are kept.">
              <Button icon={CircleStop} disabled={disabled} title={title} onClick={() => void askStop(app.name)}>
                Stop
              </Button>
            </Line>
          </>
        )}
        {stopped && (
          <Line title="Start" text="Starts the release that was live when it was stopped.">
            <Button icon={Play} disabled={disabled} title={title} onClick={() => void changeRunning('start')}>
              Start
            </Button>
          </Line>
        )}
        <Line title="Remove" text="Takes the app, its releases and their images off the server. Its domains lead nowhere.">
          <Button
            variant="danger"
            icon={Trash2}
            disabled={disabled}
            title={title}
            onClick={() => void askRemove(app.name, server.profile.name)}
          >
            Remove
          </Button>
        </Line>
      </div>
    </Section>
  );
}

/** Requests wait instead of being answered, while something is moved beneath the app. */
function Pause({
  app,
  disabled,
  why,
}: {
  readonly app: AppSummary;
  readonly disabled: boolean;
  readonly why: string | undefined;
}): ReactNode {
  const now = useNow();
  const leftMs = (app.pausedUntil ?? 0) - now;
  if (leftMs > 0) {
    return (
      <Line title="Paused" text={`New requests wait at the edge, for ${Math.ceil(leftMs / 1000)} s more at most.`}>
        <Button icon={Play} disabled={disabled} title={why} onClick={() => void holdRequests(null)}>
          Resume
        </Button>
      </Line>
    );
  }
  return (
    <Line title="Pause" text={`New requests wait at the edge for up to ${pauseSeconds} s, none is dropped: to move a database, say.`}>
      <Button icon={CirclePause} disabled={disabled} title={why} onClick={() => void holdRequests(pauseSeconds)}>
        Pause
      </Button>
    </Line>
  );
}

interface LineProps {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

function Line({ title, text, children }: LineProps): ReactNode {
  return (
    <div className="flex items-center gap-6 border-line border-b py-2.5">
      <div className="min-w-0 flex-1">
        <p className="font-[530]">{title}</p>
        <p className="text-12 text-text-3">{text}</p>
      </div>
      {children}
    </div>
  );
}

async function askStop(app: string): Promise<void> {
  const yes = await confirm({
    title: `Stop ${app}?`,
    body: <p>Its visitors get an error page until it is started again. Releases and settings are kept.</p>,
    action: 'Stop',
    danger: true,
  });
  if (yes) await changeRunning('stop');
}

async function askRemove(app: string, server: string): Promise<void> {
  const yes = await confirm({
    title: `Remove ${app} from ${server}?`,
    body: (
      <>
        <p>
          Its replicas, releases, images and settings are deleted from {server}, and ports that lead to it are closed. This cannot be
          undone.
        </p>
        <p>The folder it came from and every other app stay as they are.</p>
      </>
    ),
    action: 'Remove',
    danger: true,
    typeToConfirm: app,
  });
  if (yes) await removeApp();
}
