import { useEffect } from 'react';
import { openAppPage, refreshAppPage } from '../../state/app-page.ts';
import { runningJobOf, useJobs } from '../../state/jobs.ts';
import { useServer } from '../../state/servers.ts';

/** Replicas start and fail without any event of their own: while the page is seen they are looked at this often. */
const lookEveryMs = 5000;

/** Reads the app that is shown, and again whenever something about it changed. */
export function useAppPageReading(server: string, app: string): void {
  const summary = useServer(server);
  const connected = summary?.connection.phase === 'connected';
  const news = JSON.stringify(summary?.apps.find((one) => one.name === app) ?? null);
  const running = useJobs((state) => runningJobOf(state.jobs, server, app)?.id);

  useEffect(() => openAppPage(server, app), [server, app]);
  useEffect(() => {
    if (connected) refreshAppPage();
  }, [connected, news, running]);
  useEffect(() => {
    if (!connected) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refreshAppPage();
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [connected]);
}
