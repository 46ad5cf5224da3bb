import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import { openAppLog } from '../../state/log-sessions.ts';
import { useLogLook, useSession } from './job-log.tsx';
import type { LogSession } from './log-session.ts';
import { LogView } from './log-view.tsx';

interface AppLogProps {
  readonly server: string;
  readonly app: string;
  /** Names of the replicas, to choose one. */
  readonly replicas: readonly string[];
  /** Why no line can come now, as while the connection is lost; null when lines may come. */
  readonly waitsFor: string | null;
  /** Lines of history to begin with. */
  readonly tail: number;
}

/** The live log of an app: all its replicas, newest last. Goes on by itself when the connection is back. */
export function AppLog({ server, app, replicas, waitsFor, tail }: AppLogProps): ReactNode {
  const session = useSession(() => openAppLog(server, app, tail), `${server}/${app}/${tail}`);
  return session && <AppLogView session={session} app={app} replicas={replicas} waitsFor={waitsFor} />;
}

interface AppLogViewProps extends Pick<AppLogProps, 'app' | 'replicas' | 'waitsFor'> {
  readonly session: LogSession;
}

function AppLogView({ session, app, replicas, waitsFor }: AppLogViewProps): ReactNode {
  const [look, setLook] = useLogLook();
  const status = useStore(session.store, (state) => state.status);
  useEffect(() => {
    if (waitsFor === null && status === 'failed') session.resume();
  }, [session, waitsFor]);
  return (
    <LogView
      session={session}
      label={`Logs of ${app}`}
      title={<h2 className="mr-2 font-semibold">Logs</h2>}
      showSource
      sources={replicas}
      look={look}
      onLook={setLook}
      saveAs={app}
      empty="The app has written nothing yet."
      resumable
      waitsFor={waitsFor}
    />
  );
}
