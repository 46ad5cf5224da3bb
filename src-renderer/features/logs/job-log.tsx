import { type ReactNode, useEffect, useState } from 'react';
import { openJobLog } from '../../state/log-sessions.ts';
import { setPreferences, usePreferences } from '../../state/preferences.ts';
import { notify } from '../../ui/index.ts';
import type { LogSession } from './log-session.ts';
import type { LogLook } from './log-toolbar.tsx';
import { LogView } from './log-view.tsx';

interface JobLogProps {
  readonly job: string;
  /** "Build log". */
  readonly label: string;
  readonly saveAs: string;
  /** The column of the stage, for jobs whose stages all write. */
  readonly showStage?: boolean;
}

/** The log of a job, from its beginning. */
export function JobLog({ job, label, saveAs, showStage = false }: JobLogProps): ReactNode {
  const session = useSession(() => openJobLog(job), job);
  const [look, setLook] = useLogLook();
  if (session === null) return null;
  return (
    <LogView
      session={session}
      label={label}
      title={<h2 className="mr-2 font-semibold">{label}</h2>}
      showSource={showStage}
      look={look}
      onLook={setLook}
      saveAs={saveAs}
      empty="This job has written nothing."
    />
  );
}

/** A session that lives as long as the component and its key. */
export function useSession(open: () => LogSession, key: string): LogSession | null {
  const [session, setSession] = useState<LogSession | null>(null);
  useEffect(() => {
    const opened = open();
    setSession(opened);
    return () => {
      opened.dispose();
      setSession(null);
    };
  }, [key]);
  return session;
}

/** How the user wants logs to look, remembered for all of them. */
export function useLogLook(): [LogLook, (look: LogLook) => void] {
  const look = usePreferences((state) => state.preferences.logs);
  return [look, (next) => void setPreferences({ logs: { wrap: next.wrap, timestamps: next.timestamps } }).catch(notify.error)];
}
