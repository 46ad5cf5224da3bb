import { type AppOnServer, appIn, imageTag, mergeSettings, readApps, type ServerApps } from '../apps/index.ts';
import { type Scan, scanEntries } from '../archive/index.ts';
import { type BuildContext, planBuild, prepareContext, recognisedDepth } from '../builds/index.ts';
import {
  type AppSettings,
  type BuildPlan,
  bytesInWords,
  counted,
  type DeployRequest,
  defaultSettings,
  type ReleaseRecord,
} from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import type { Place } from '../uploads/index.ts';
import { requireFreeSpace } from './free-space.ts';
import { hostOf, rollOut, rolloutStages } from './rollout.ts';
import { type Run, startRun } from './run.ts';
import { scanToSend } from './scan-to-send.ts';
import { sendFolder } from './send-folder.ts';
import { tarBytes } from './sending.ts';
import { refuseTaken, removeTags } from './server-writes.ts';
import type { DeployDeps, StageId } from './types.ts';

const deployStages: readonly StageId[] = ['scan', 'pack', 'upload', 'build', 'distribute', ...rolloutStages];

/** Makes a release of a folder and lets it serve. Returns the job's id; throws `busy` and `not-found`. */
export function startDeploy(deps: DeployDeps, request: DeployRequest): string {
  return startRun(
    deps,
    request,
    'deploy',
    (server) => `Deploy ${request.app} to ${server}`,
    deployStages,
    (run) => deploy(run, request),
  );
}

async function deploy(run: Run, request: DeployRequest): Promise<void> {
  const { docker } = run.session;
  const prepared = await run.stage('scan', (stage) => prepare(run, stage, request));
  const { scan, context, release, settings, place } = prepared;
  const tag = imageTag(run.app, release);
  run.onUndo(() => removeTags(docker, [tag], () => undefined));
  const built = await sendFolder(run, { scan, context, tag }, place);
  run.job.skip('distribute', 'one server: the image is where it runs');
  const record: ReleaseRecord = {
    schema: 1,
    app: run.app,
    number: release,
    image: built.imageId,
    settings,
    source: { kind: 'folder', path: scan.root, files: scan.files, bytes: scan.bytes, hash: built.pack.hash },
    build: context.origin,
    by: run.by,
    createdAt: Date.now(),
  };
  await rollOut(run, async () => ({ record, isNew: true }));
}

interface Prepared {
  readonly scan: Scan;
  readonly context: BuildContext;
  readonly release: number;
  readonly settings: AppSettings;
  readonly place: Place;
}

/** Everything that can be refused before a byte is sent: what is wrong with the folder first, then what the server says. */
async function prepare(run: Run, stage: StageContext, request: DeployRequest): Promise<Prepared> {
  const scan = await scanToSend(stage, request);
  stage.detail(scanInWords(scan));
  const plan = await planBuild(scan.root, scanEntries(scan, recognisedDepth));
  const context = prepareContext(plan, request.dockerfile, (path) => hasPath(scan, path));
  stage.log(`${plan.label}; ${scanInWords(scan)}`, 'note');

  await run.begin(stage);
  const all = await readApps(run.session);
  const app = appIn(all, run.app);
  const settings = mergeSettings(settingsBefore(app, plan), request.settings);
  refuseTaken(run, all, hostOf(run), settings.domains);
  await requireFreeSpace(run.session, scan.bytes);
  const place = await findPlace(run, stage, scan, all);
  stage.detail(scanInWords(scan));
  return { scan, context, release: app.lastNumber + 1, settings, place };
}

async function findPlace(run: Run, stage: StageContext, scan: Scan, all: ServerApps): Promise<Place> {
  await run.assertHeld();
  const apps = [run.app, ...all.services.map((service) => service.app), ...all.records.map((entry) => entry.record.app)];
  const place = await run.uploads.look(run.serverAccess, run.app, tarBytes(scan), [...new Set(apps)], stage.signal);
  if (place.kind === 'straight') stage.log(`All of it will be sent, straight into the build: ${place.reason}.`, 'note');
  return place;
}

/** What the live release has; for a first one the defaults, with the port that the project names. */
function settingsBefore(app: AppOnServer, plan: BuildPlan): AppSettings {
  const record = app.records.find((entry) => entry.record.number === app.current?.release)?.record;
  return record?.settings ?? { ...defaultSettings, port: plan.port };
}

function hasPath(scan: Scan, path: string): boolean {
  for (const entry of scanEntries(scan)) if (entry.path === path) return true;
  return false;
}

function scanInWords(scan: Scan): string {
  return `${counted(scan.files, 'file')}, ${bytesInWords(scan.bytes)}`;
}
