/** The guided path of the first start: three steps, each shown as done, as the next one, or as still to come. Knows no more than the first server. */
import { clsx } from 'clsx';
import { Check, FolderUp } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { runAction } from '../../actions/index.ts';
import { navigate } from '../../state/view.ts';
import { Button, Pill, useNow } from '../../ui/index.ts';
import { serverSaid } from '../servers/server-words.ts';
import { BrandMark } from '../shell/brand-mark.tsx';

interface FirstStepsProps {
  /** The one server, once it was added. */
  readonly server: ServerSummary | undefined;
}

export function FirstSteps({ server }: FirstStepsProps): ReactNode {
  const at = server === undefined ? 0 : server.setup === 'ready' ? 2 : 1;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-150 flex-col px-6 pt-[12vh] pb-10">
        <BrandMark size={40} />
        <h1 className="mt-4 font-semibold text-24 tracking-[-0.02em]">Drop a folder, get a running app</h1>
        <p className="mt-1 mb-7 text-15 text-text-2">On your own server, in three steps.</p>
        <ol className="border-line border-t">
          <Step number={1} at={at} title="Add a server" extra={server && <ServerState server={server} />}>
            {server ? (
              <AddedServer server={server} />
            ) : (
              <>
                <p className="text-text-2">
                  Any Linux server that you reach by SSH: a VPS, a machine at home. No program of Longshore is installed on it.
                </p>
                <div className="mt-3">
                  <Button variant="primary" onClick={() => runAction('servers.add')}>
                    Add a server
                  </Button>
                </div>
              </>
            )}
          </Step>
          <Step number={2} at={at} title="Set it up">
            <p className="text-text-2">
              A checklist that you see run: Docker where it is missing, and HAProxy for the web traffic. What runs there already stays as it
              is.
            </p>
            {at === 1 && server && (
              <div className="mt-3">
                <Button
                  variant="primary"
                  disabled={server.connection.phase !== 'connected'}
                  onClick={() => navigate({ kind: 'server', server: server.profile.id, tab: 'set-up' })}
                >
                  Go to set-up
                </Button>
              </div>
            )}
          </Step>
          <Step number={3} at={at} title="Drop a project folder on this window">
            <p className="text-text-2">
              You see what will be sent before anything is. It is built on the server and live at its own address.
            </p>
            {at === 2 && (
              <div className="mt-3">
                <Button variant="primary" icon={FolderUp} onClick={() => runAction('deploy.choose-folder')}>
                  Choose a folder
                </Button>
              </div>
            )}
          </Step>
        </ol>
      </div>
    </div>
  );
}

interface StepProps {
  readonly number: number;
  /** Which step is next, counted from 0. */
  readonly at: number;
  readonly title: string;
  readonly extra?: ReactNode;
  readonly children: ReactNode;
}

function Step({ number, at, title, extra, children }: StepProps): ReactNode {
  const done = number <= at;
  const next = number === at + 1;
  return (
    <li
      aria-current={next ? 'step' : undefined}
      className={clsx('flex gap-4 border-line border-b py-4', !done && !next && 'text-text-3 [&_p]:text-text-3')}
    >
      <span
        className={clsx(
          'tabular flex size-6 flex-none items-center justify-center rounded-full border text-12 font-semibold',
          done
            ? 'border-transparent bg-live-soft text-live'
            : next
              ? 'border-transparent bg-accent text-on-accent'
              : 'border-line-strong text-text-2',
        )}
      >
        {done ? <Check aria-label="Done" size={14} /> : number}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex min-h-6 items-center gap-2.5">
          <h2 className="font-semibold text-15">{title}</h2>
          {extra}
        </div>
        {children}
      </div>
    </li>
  );
}

function ServerState({ server }: { readonly server: ServerSummary }): ReactNode {
  const said = serverSaid(server, useNow());
  return (
    <Pill status={server.connection.phase === 'connected' ? 'live' : said.status}>
      {server.connection.phase === 'connected' ? 'Connected' : said.words}
    </Pill>
  );
}

function AddedServer({ server }: { readonly server: ServerSummary }): ReactNode {
  const { id, name } = server.profile;
  return (
    <p className="text-text-2">
      <button
        type="button"
        className="rounded-4 text-accent hover:underline"
        onClick={() => navigate({ kind: 'server', server: id, tab: 'overview' })}
      >
        {name}
      </button>
      {server.connection.phase === 'needs-you' && ' waits for you: open it to go on.'}
    </p>
  );
}
