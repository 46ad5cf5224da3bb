import { create } from 'zustand';
import {
  type AppDetail,
  type ErrorShape,
  type FileChoices,
  type FolderInspection,
  isCancellation,
  noChoices,
  toErrorShape,
} from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';
import { envRows } from '../features/app-settings/env-text.ts';
import { type DeployForm, deployRequest, firstServer, replacedApp, targetOf } from '../features/deploy/deploy-form.ts';
import { type PendingTicks, sameChoices, type Ticked, withPending, withTick } from '../features/deploy/file-ticks.ts';
import { buildTree, type TreeNode } from '../features/deploy/file-tree.ts';
import { notify } from '../ui/toasts.tsx';
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
  /** Ticks that the scan does not know yet. */
  readonly pending: PendingTicks;
  /** A scan with the present choices is under way, while the one before is still shown. */
  readonly rescanning: boolean;
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
  choices: noChoices,
};

const closed: DeploySheetState = {
  request: null,
  scan: { kind: 'scanning' },
  form: emptyForm,
  pending: new Map(),
  rescanning: false,
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

/** The tree as it was last built. */
let built: {
  readonly inspection: FolderInspection;
  readonly choices: FileChoices;
  readonly pending: PendingTicks;
  readonly tree: TreeNode;
} | null = null;

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
  built = null;
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

/** Scans again, as after a change in the folder; what was typed and ticked stays. */
export async function scanFolder(): Promise<void> {
  const { request, form, touched, scan: before } = useDeploySheet.getState();
  if (request === null) return;
  const signal = beginScan();
  useDeploySheet.setState({ scan: { kind: 'scanning' }, startError: null });
  // Main knows better than the form what was chosen before, until a hand was put on it here.
  const choices = touched.has('choices') || before.kind === 'ready' ? form.choices : null;
  const { server, app } = request;
  const target = server === undefined || app === undefined ? null : { server, app };
  try {
    const inspection = await call('folders.inspect', { path: request.path, target, choices }, { signal });
    if (signal.aborted) return;
    propose(inspection, request);
    readExisting();
    void recallChoices();
  } catch (error) {
    if (signal.aborted || isCancellation(error)) return;
    useDeploySheet.setState({ scan: { kind: 'failed', error: toErrorShape(error) } });
  }
}

/** Only the last scan counts: the one before is stopped. */
function beginScan(): AbortSignal {
  scanning.abort();
  scanning = new AbortController();
  return scanning.signal;
}

function propose(inspection: FolderInspection, request: DeploySheetRequest): void {
  const { form, touched } = useDeploySheet.getState();
  const { servers } = useServers.getState();
  const last = servers.some(({ profile }) => profile.id === inspection.lastTarget?.server) ? inspection.lastTarget : null;
  const asked = request.app === undefined && request.server === undefined ? last : null;
  const name = touched.has('appName') ? form.appName : (request.app ?? asked?.app ?? inspection.suggestedName);
  useDeploySheet.setState({
    ...scanned(inspection),
    form: {
      ...form,
      choices: inspection.choices,
      appName: name,
      server: touched.has('server') ? form.server : firstServer(servers, request.server ?? asked?.server, name),
      port: touched.has('port') ? form.port : String(inspection.build.port),
    },
  });
}

function scanned(inspection: FolderInspection): Pick<DeploySheetState, 'scan' | 'pending' | 'rescanning'> {
  return { scan: { kind: 'ready', inspection }, pending: new Map(), rescanning: false };
}

/** Ticks an entry of the preview, to be sent, or unticks it. Counts at once; the scan that follows says what it led to. */
export function tickFile(entry: Ticked, send: boolean): void {
  const { request, form, pending } = useDeploySheet.getState();
  if (request === null) return;
  const choices = withTick(form.choices, entry, send);
  useDeploySheet.setState({ pending: withPending(pending, entry, send) });
  editDeployForm({ choices });
  const target = targetOf(useServers.getState().servers, form);
  void call('choices.set', { path: request.path, target, choices }).catch(notify.error);
  void rescan();
}

/** Scans with the choices of the form behind what is shown. */
async function rescan(): Promise<void> {
  const { request, form } = useDeploySheet.getState();
  if (request === null) return;
  const signal = beginScan();
  useDeploySheet.setState({ rescanning: true });
  try {
    const inspection = await call('folders.inspect', { path: request.path, target: null, choices: form.choices }, { signal });
    if (!signal.aborted) useDeploySheet.setState(scanned(inspection));
  } catch (error) {
    if (signal.aborted || isCancellation(error)) return;
    useDeploySheet.setState({ scan: { kind: 'failed', error: toErrorShape(error) }, rescanning: false });
  }
}

/** Takes over what was chosen for the app that the form names by now, unless the user has chosen in this sheet already. */
async function recallChoices(): Promise<void> {
  const { request, form, touched, scan } = useDeploySheet.getState();
  const target = targetOf(useServers.getState().servers, form);
  if (request === null || scan.kind !== 'ready' || target === null || touched.has('choices')) return;
  const choices = await call('choices.get', { path: request.path, target }).catch(() => null);
  const now = useDeploySheet.getState();
  const isSame = now.request === request && now.form.server === form.server && now.form.appName === form.appName;
  if (choices === null || !isSame || now.touched.has('choices') || sameChoices(choices, now.form.choices)) return;
  useDeploySheet.setState({ form: { ...now.form, choices } });
  void rescan();
}

/** The tree of what is shown, with every tick in it. Built anew only when one of its parts has changed. */
export function treeOf({ scan, form, pending }: Pick<DeploySheetState, 'scan' | 'form' | 'pending'>): TreeNode | null {
  if (scan.kind !== 'ready') return null;
  const { inspection } = scan;
  if (built?.inspection !== inspection || built.choices !== form.choices || built.pending !== pending) {
    built = { inspection, choices: form.choices, pending, tree: buildTree(inspection.scan, form.choices.include, pending) };
  }
  return built.tree;
}

/** Changes fields of the form by the user's hand. */
export function editDeployForm(change: Partial<DeployForm>): void {
  const before = useDeploySheet.getState();
  const touched = new Set([...before.touched, ...(Object.keys(change) as (keyof DeployForm)[])]);
  useDeploySheet.setState({ form: { ...before.form, ...change }, touched, startError: null });
  if (change.appName === undefined && change.server === undefined) return;
  readExisting();
  void recallChoices();
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
  useDeploySheet.setState({ starting: true, startError: null });
  try {
    const args = deployRequest(request.path, form, { existing: existing.value });
    await startJob(() => call('deploy.start', args));
    useDeploySheet.setState({ touched: new Set() });
    closeDeploySheet();
  } catch (error) {
    if (!isCancellation(error)) useDeploySheet.setState({ startError: toErrorShape(error) });
  } finally {
    useDeploySheet.setState({ starting: false });
  }
}
