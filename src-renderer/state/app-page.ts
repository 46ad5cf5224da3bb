import { create } from 'zustand';
import {
  type AppDetail,
  type AppTraffic,
  type ErrorShape,
  isCancellation,
  type Release,
  type ReleaseComparison,
  type SettingsChange,
  toErrorShape,
} from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';
import type { SettingsForm } from '../features/app-settings/settings-form.ts';
import { notify } from '../ui/toasts.tsx';
import { type Loadable, load, notLoaded } from './loadable.ts';
import { startJob } from './retries.ts';
import { openDeploySheet } from './view.ts';

/** What can be asked of an app from its page. */
export type AppCommand = 'roll-back' | 'configure' | 'restart' | 'stop' | 'start' | 'pause' | 'resume' | 'remove' | 'open';

export interface AppPageState {
  readonly server: string;
  readonly app: string;
  readonly detail: Loadable<AppDetail>;
  /** The count before the one in `detail`, so that there is a rate. */
  readonly trafficBefore: AppTraffic | null;
  readonly releases: Loadable<readonly Release[]>;
  /** What was read of two releases, by the numbers of both: `4 2` is the way from r4 to r2. */
  readonly comparisons: ReadonlyMap<string, Loadable<ReleaseComparison>>;
  /** The command that was asked for and not answered yet. */
  readonly asking: AppCommand | null;
  /** Settings that were edited and not saved; null while the fields show what is live. */
  readonly draft: SettingsForm | null;
  /** Failed jobs whose word was read; kept while the window lives. */
  readonly dismissed: ReadonlySet<string>;
  readonly failure: { readonly command: AppCommand; readonly error: ErrorShape } | null;
}

const empty: AppPageState = {
  server: '',
  app: '',
  detail: notLoaded,
  trafficBefore: null,
  releases: notLoaded,
  comparisons: new Map(),
  asking: null,
  draft: null,
  dismissed: new Set(),
  failure: null,
};

/** The app that is shown: what was read of it, and the command that is under way. */
export const useAppPage = create<AppPageState>()(() => empty);

/** Shows an app; reading it begins at once. */
export function openAppPage(server: string, app: string): void {
  const shown = useAppPage.getState();
  if (shown.server !== server || shown.app !== app) useAppPage.setState({ ...empty, dismissed: shown.dismissed, server, app });
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
    (next) =>
      useAppPage.setState(({ detail: last, trafficBefore }) => {
        const before = last.value?.traffic ?? null;
        const isNew = before !== null && next.value?.traffic?.at !== before.at;
        return { detail: next, trafficBefore: isNew ? before : trafficBefore };
      }),
    isCurrent,
  );
  void load<readonly Release[]>(
    releases,
    () => call('releases.list', { server, app }),
    (next) => useAppPage.setState({ releases: next }),
    isCurrent,
  );
}

/** Reads what going from one release to another changes. */
export function readComparison(from: number, to: number): Promise<void> {
  const { server, app, comparisons } = useAppPage.getState();
  const key = `${from} ${to}`;
  return load(
    comparisons.get(key) ?? notLoaded,
    () => call('releases.compare', { server, app, from, to }),
    (next) => useAppPage.setState((state) => ({ comparisons: new Map([...state.comparisons, [key, next]]) })),
    () => {
      const now = useAppPage.getState();
      return now.server === server && now.app === app;
    },
  );
}

/** The same for the question before a rollback; undefined when it could not be read, which the page then says, or is not wanted any more. */
export async function compareForRollBack(from: number, to: number): Promise<ReleaseComparison | undefined> {
  const read: { comparison?: ReleaseComparison } = {};
  const { server, app } = useAppPage.getState();
  await ask('roll-back', async (at) => {
    read.comparison = await call('releases.compare', { ...at, from, to });
  });
  const now = useAppPage.getState();
  return now.server === server && now.app === app ? read.comparison : undefined;
}

export function forgetFailure(): void {
  useAppPage.setState({ failure: null });
}

/** Rolls back; it takes seconds, so the page stays and shows the job as it runs. */
export function rollBack(number: number): Promise<void> {
  return ask('roll-back', async ({ server, app }) => {
    await call('releases.roll-back', { server, app, number });
  });
}

/** Takes the word of a failed job off the pages: the user has read it. */
export function dismissJob(job: string): void {
  useAppPage.setState(({ dismissed }) => ({ dismissed: new Set([...dismissed, job]) }));
}

export function editSettings(draft: SettingsForm | null): void {
  useAppPage.setState({ draft });
}

/** Makes a release with changed settings and shows the job. */
export function configure(settings: SettingsChange): Promise<void> {
  return ask('configure', async ({ server, app }) => {
    await startJob(() => call('apps.configure', { server, app, settings }));
    useAppPage.setState({ draft: null });
  });
}

/** Removes the app and shows the job, since the page itself will be gone. */
export function removeApp(): Promise<void> {
  return ask('remove', async ({ server, app }) => {
    await startJob(() => call('apps.remove', { server, app }));
  });
}

/** Opens the deploy sheet for the app: with the folder it last came from, or with one that is chosen now. */
export async function deployAgain(folder: string | undefined): Promise<void> {
  const { server, app } = useAppPage.getState();
  const path = folder ?? (await call('folders.pick', {})).path;
  if (path !== null) openDeploySheet(path, { server, app });
}

/** Stops, starts or restarts; the page stays and shows the job as it runs. */
export function changeRunning(command: 'stop' | 'start' | 'restart'): Promise<void> {
  return ask(command, async ({ server, app }) => {
    await call(`apps.${command}`, { server, app });
  });
}

/** For how long requests wait at most when nobody says otherwise: as long as HAProxy lets one wait. */
export const pauseSeconds = 60;

/** Lets new requests of the app wait, or lets them through again. */
export function holdRequests(seconds: number | null): Promise<void> {
  return ask(seconds === null ? 'resume' : 'pause', async ({ server, app }) => {
    if (seconds === null) await call('apps.resume', { server, app });
    else await call('apps.pause', { server, app, seconds });
  });
}

/** Opens the app in the browser, by its name or through a tunnel. */
export function openInBrowser(): Promise<void> {
  return ask('open', ({ server, app }) => openApp(server, app));
}

/** As {@link openInBrowser} for any app. Says so when it went through a tunnel, since the address is then an odd one. */
export async function openApp(server: string, app: string): Promise<void> {
  const { by } = await call('apps.open', { server, app });
  if (by === 'tunnel')
    notify.info('Opened through the SSH connection', { description: `The name of ${app} does not resolve to the server from here.` });
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
