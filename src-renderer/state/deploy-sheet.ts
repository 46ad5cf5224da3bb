import { create } from 'zustand';
import { type AppDetail, type ErrorShape, type FolderInspection, isCancellation, toErrorShape } from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';
import { envRows } from '../features/app-settings/env-text.ts';
import { type DeployContext, type DeployForm, deployRequest, firstServer, replacedApp } from '../features/deploy/deploy-form.ts';
import { type Loadable, load, notLoaded } from './loadable.ts';
import { startJob } from './retries.ts';
import { useServers } from './servers.ts';
import { closeDeploySheet, type DeploySheetRequest, openDeploySheet } from './view.ts';

export type ScanPhase =
  | { readonly kind: 'scanning' }
  | { readonly kind: 'failed'; readonly error: ErrorShape }
  | { readonly kind: 'ready'; readonly inspection: FolderInspection };

export interface DeploySheetState {
  readonly request: DeploySheetRequest | null;
  readonly scan: ScanPhase;
  readonly form: DeployForm;
  /** Fields the user has put a hand on: these a change of app or server leaves alone. */
  readonly touched: ReadonlySet<keyof DeployForm>;
  /** The app that will be replaced; its settings are what the untouched fields show. */
  readonly existing: Loadable<AppDetail>;
  readonly starting: boolean;
  readonly startError: ErrorShape | null;
}

const emptyForm: DeployForm = {
  appName: '',
  server: null,
  domain: '',
  port: '',
  replicas: '1',
  environment: [],
  dockerfile: null,
  include: new Set(),
};

const closed: DeploySheetState = {
  request: null,
  scan: { kind: 'scanning' },
  form: emptyForm,
  touched: new Set(),
  existing: notLoaded,
  starting: false,
  startError: null,
};

/** The deploy sheet: the scan of the folder, and the form as it stands. */
export const useDeploySheet = create<DeploySheetState>()(() => closed);

let scanning = new AbortController();
/** What was typed for a folder and not deployed: it is there again when the folder is, as after a server was set up meanwhile. */
let leftBehind: (Pick<DeploySheetState, 'form' | 'touched'> & { readonly path: string }) | null = null;

/** Begins with a folder: scans it and proposes the rest. */
export function beginDeploySheet(request: DeploySheetRequest): void {
  scanning.abort();
  const before = leftBehind?.path === request.path ? { form: leftBehind.form, touched: leftBehind.touched } : {};
  useDeploySheet.setState({ ...closed, ...before, request });
  void scanFolder();
}

/** Stops a scan that is under way and closes the sheet. */
export function endDeploySheet(): void {
  const { request, form, touched, scan } = useDeploySheet.getState();
  leftBehind = request !== null && scan.kind === 'ready' && touched.size > 0 ? { path: request.path, form, touched } : null;
  scanning.abort();
  useDeploySheet.setState(closed);
}

/** Takes another folder, chosen by the user, for the same server and app. */
export async function chooseOtherFolder(): Promise<void> {
  const { request } = useDeploySheet.getState();
  const { path } = await call('folders.pick', {});
  if (path !== null) openDeploySheet(path, { server: request?.server, app: request?.app });
}

/** Scans again, as after a change in the folder; what was typed stays. */
export async function scanFolder(): Promise<void> {
  const { request } = useDeploySheet.getState();
  if (request === null) return;
  scanning.abort();
  scanning = new AbortController();
  const { signal } = scanning;
  useDeploySheet.setState({ scan: { kind: 'scanning' }, startError: null });
  try {
    const inspection = await call('folders.inspect', { path: request.path, include: [], exclude: [] }, { signal });
    if (!signal.aborted) propose(inspection, request);
  } catch (error) {
    if (signal.aborted || isCancellation(error)) return;
    useDeploySheet.setState({ scan: { kind: 'failed', error: toErrorShape(error) } });
  }
}

function propose(inspection: FolderInspection, request: DeploySheetRequest): void {
  const { form, touched } = useDeploySheet.getState();
  const secrets = new Set(inspection.scan.leftOut.filter((entry) => entry.reason === 'secret').map((entry) => entry.path));
  const name = touched.has('appName') ? form.appName : (request.app ?? inspection.suggestedName);
  useDeploySheet.setState({
    scan: { kind: 'ready', inspection },
    form: {
      ...form,
      appName: name,
      server: touched.has('server') ? form.server : firstServer(useServers.getState().servers, request.server, name),
      port: touched.has('port') ? form.port : String(inspection.build.port),
      include: new Set([...form.include].filter((path) => secrets.has(path))),
    },
  });
  readExisting();
}

/** Changes fields of the form by the user's hand. */
export function editDeployForm(change: Partial<DeployForm>): void {
  const before = useDeploySheet.getState();
  const touched = new Set([...before.touched, ...(Object.keys(change) as (keyof DeployForm)[])]);
  useDeploySheet.setState({ form: { ...before.form, ...change }, touched, startError: null });
  if (change.appName !== undefined || change.server !== undefined) readExisting();
}

export function includeSecret(path: string, send: boolean): void {
  const include = new Set(useDeploySheet.getState().form.include);
  if (send) include.add(path);
  else include.delete(path);
  editDeployForm({ include });
}

/** Reads the settings of the app that would be replaced, and shows them in the fields that nobody touched. */
export function readExisting(): void {
  const { form, existing } = useDeploySheet.getState();
  const replaced = replacedApp(useServers.getState().servers, form);
  if (replaced === undefined || form.server === null) {
    useDeploySheet.setState({ existing: notLoaded });
    showSettings(null);
    return;
  }
  const { server, appName } = form;
  const isCurrent = (): boolean => {
    const now = useDeploySheet.getState().form;
    return now.server === server && now.appName === appName;
  };
  const same = existing.value?.summary.name === appName;
  void load(
    same ? existing : notLoaded,
    () => call('apps.get', { server, app: appName }),
    (next) => {
      useDeploySheet.setState({ existing: next });
      if (!next.loading && next.value !== null) showSettings(next.value);
    },
    isCurrent,
  );
}

function showSettings(detail: AppDetail | null): void {
  const { form, touched, scan } = useDeploySheet.getState();
  const live = detail?.settings ?? null;
  const proposed = scan.kind === 'ready' ? String(scan.inspection.build.port) : form.port;
  useDeploySheet.setState({
    form: {
      ...form,
      port: touched.has('port') ? form.port : live === null ? proposed : String(live.port),
      replicas: touched.has('replicas') ? form.replicas : String(live?.replicas ?? 1),
      environment: touched.has('environment') ? form.environment : envRows(live?.environment ?? {}),
    },
  });
}

/** Starts the deploy and shows its pipeline; the sheet closes only when it was taken on. */
export async function startDeploy(): Promise<void> {
  const { request, form, scan, existing, starting } = useDeploySheet.getState();
  if (request === null || scan.kind !== 'ready' || starting) return;
  const context: DeployContext = { inspection: scan.inspection, servers: useServers.getState().servers, existing: existing.value };
  useDeploySheet.setState({ starting: true, startError: null });
  try {
    const args = deployRequest(request.path, form, context);
    await startJob(() => call('deploy.start', args));
    useDeploySheet.setState({ touched: new Set() });
    closeDeploySheet();
  } catch (error) {
    if (!isCancellation(error)) useDeploySheet.setState({ startError: toErrorShape(error) });
  } finally {
    useDeploySheet.setState({ starting: false });
  }
}
