import { create } from 'zustand';
import {
  type AppDetail,
  type ErrorShape,
  isCancellation,
  type Release,
  type SettingsChange,
  toErrorShape,
} from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';
import { type Loadable, load, notLoaded } from './loadable.ts';
import { navigate } from './view.ts';

/** What can be asked of an app from its page. */
export type AppCommand = 'roll-back' | 'configure' | 'restart' | 'stop' | 'start' | 'remove' | 'open';

export interface AppPageState {
  readonly server: string;
  readonly app: string;
  readonly detail: Loadable<AppDetail>;
  readonly releases: Loadable<readonly Release[]>;
  /** The command that was asked for and not answered yet. */
  readonly asking: AppCommand | null;
  readonly failure: { readonly command: AppCommand; readonly error: ErrorShape } | null;
}

const empty: AppPageState = { server: '', app: '', detail: notLoaded, releases: notLoaded, asking: null, failure: null };

/** The app that is shown: what was read of it, and the command that is under way. */
export const useAppPage = create<AppPageState>()(() => empty);

/** Shows an app; reading it begins at once. */
export function openAppPage(server: string, app: string): void {
  const shown = useAppPage.getState();
  if (shown.server !== server || shown.app !== app) useAppPage.setState({ ...empty, server, app });
  refreshAppPage();
}

/** Reads it again. An answer that comes after another app was opened is dropped. */
export function refreshAppPage(): void {
  const { server, app, detail, releases } = useAppPage.getState();
  if (app === '') return;
  const isCurrent = (): boolean => {
    const now = useAppPage.getState();
    return now.server === server && now.app === app;
  };
  void load(
    detail,
    () => call('apps.get', { server, app }),
    (next) => useAppPage.setState({ detail: next }),
    isCurrent,
  );
  void load<readonly Release[]>(
    releases,
    () => call('releases.list', { server, app }),
    (next) => useAppPage.setState({ releases: next }),
    isCurrent,
  );
}

export function forgetFailure(): void {
  useAppPage.setState({ failure: null });
}

/** Rolls back and shows the job. */
export function rollBack(number: number): Promise<void> {
  return ask('roll-back', async ({ server, app }) => {
    const { job } = await call('releases.roll-back', { server, app, number });
    navigate({ kind: 'job', job });
  });
}

/** Makes a release with changed settings and shows the job. */
export function configure(settings: SettingsChange): Promise<void> {
  return ask('configure', async ({ server, app }) => {
    const { job } = await call('apps.configure', { server, app, settings });
    navigate({ kind: 'job', job });
  });
}

/** Removes the app and shows the job, since the page itself will be gone. */
export function removeApp(): Promise<void> {
  return ask('remove', async ({ server, app }) => {
    const { job } = await call('apps.remove', { server, app });
    navigate({ kind: 'job', job });
  });
}

/** Stops, starts or restarts; the page stays and shows the job as it runs. */
export function changeRunning(command: 'stop' | 'start' | 'restart'): Promise<void> {
  return ask(command, async ({ server, app }) => {
    await call(`apps.${command}`, { server, app });
  });
}

/** Opens the app in the browser, by its name or through a tunnel. */
export function openInBrowser(): Promise<void> {
  return ask('open', async ({ server, app }) => {
    await call('apps.open', { server, app });
  });
}

/** One command at a time; what went wrong stays on the page until it is dismissed or another is asked for. */
async function ask(command: AppCommand, run: (at: { server: string; app: string }) => Promise<void>): Promise<void> {
  const { server, app, asking } = useAppPage.getState();
  if (asking !== null) return;
  useAppPage.setState({ asking: command, failure: null });
  let failure: AppPageState['failure'] = null;
  try {
    await run({ server, app });
  } catch (error) {
    if (!isCancellation(error)) failure = { command, error: toErrorShape(error) };
  }
  const now = useAppPage.getState();
  if (now.server === server && now.app === app) useAppPage.setState({ asking: null, failure });
}
