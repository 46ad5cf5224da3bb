import { FolderOpen, FolderUp, RefreshCw, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { FolderInspection } from '../../../src-main/contract/index.ts';
import {
  beginDeploySheet,
  chooseOtherFolder,
  type DeploySheetState,
  endDeploySheet,
  scanFolder,
  startDeploy,
  treeOf,
  useDeploySheet,
} from '../../state/deploy-sheet.ts';
import { useServers } from '../../state/servers.ts';
import { closeDeploySheet, type DeploySheetRequest, useView } from '../../state/view.ts';
import { bytes, latency, plural, wholeDuration } from '../../ui/format.ts';
import { Button, Dialog, IconButton, InlineError, notify, Pill, Spinner, useNow } from '../../ui/index.ts';
import { canDeploy, type DeployErrors, deployErrors, replacedApp, type Sending, sendingOf } from './deploy-form.ts';
import { DeployTarget } from './deploy-target.tsx';
import { DockerfileEditor } from './dockerfile-editor.tsx';
import type { FilesView } from './file-views.ts';
import { ScanPreview } from './scan-preview.tsx';

/** What will be sent, where it goes and how it is built, before anything happens. Draws itself while a folder is at hand. */
export function DeploySheet(): ReactNode {
  const request = useView((state) => state.deploySheet);
  useEffect(() => {
    if (request === null) return;
    beginDeploySheet(request);
    return endDeploySheet;
  }, [request]);
  return request && <Sheet request={request} />;
}

type Pane = 'files' | 'dockerfile';

function Sheet({ request }: { readonly request: DeploySheetRequest }): ReactNode {
  const sheet = useDeploySheet();
  const { scan } = sheet;
  const [pane, setPane] = useState<Pane>('files');
  const [view, setView] = useState<FilesView>('files');
  const inspection = scan.kind === 'ready' ? scan.inspection : null;
  const tree = treeOf(sheet);
  const sending = useMemo(() => tree && sendingOf(tree), [tree]);
  const errors = useErrors(sheet, inspection, sending);
  const body = useRef<HTMLDivElement>(null);

  // Where no way to build is known, the one thing that is asked for is in view; where every file is held back, those are. A scan
  // that only answers a tick leaves in view what was.
  const first = scan.kind === 'ready';
  useEffect(() => {
    const now = useDeploySheet.getState().scan;
    if (!first || now.kind !== 'ready') return;
    const { build, scan: found } = now.inspection;
    setPane(build.origin === 'unknown' && found.files > 0 ? 'dockerfile' : 'files');
    setView(found.files === 0 ? 'secrets' : 'files');
  }, [first]);

  return (
    <Dialog
      open
      size="xl"
      bare
      onClose={closeDeploySheet}
      dismissible={!sheet.starting}
      initialFocus={body}
      title={folderName(request.path)}
      subtitle={<span className="selectable font-mono">{request.path}</span>}
      headEnd={
        inspection && (
          <>
            <span className="tabular flex-none text-12 text-text-3">scanned in {latency(inspection.scan.durationMs)}</span>
            <IconButton label="Scan again" icon={RefreshCw} onClick={() => void scanFolder()} />
          </>
        )
      }
      footerStart={
        sending && (
          <HeldBack
            sending={sending}
            onShow={() => {
              setPane('files');
              setView('secrets');
            }}
          />
        )
      }
      footer={
        <>
          <Button variant="ghost" onClick={closeDeploySheet} disabled={sheet.starting}>
            Cancel
          </Button>
          {sending && errors && (
            <Button
              type="submit"
              form={formId}
              variant="primary"
              icon={FolderUp}
              busy={sheet.starting}
              disabled={!canDeploy(errors) || waitsForSettings(sheet)}
            >
              Deploy {bytes(sending.bytes)}
            </Button>
          )}
        </>
      }
    >
      <div ref={body} tabIndex={-1} className="flex h-[min(580px,calc(100vh-190px))] min-h-0 outline-none">
        {scan.kind === 'scanning' && <Scanning key={request.path} path={request.path} />}
        {scan.kind === 'failed' && (
          <div className="m-auto w-130 max-w-full p-6">
            <InlineError error={scan.error} actions={<FailedActions />} />
          </div>
        )}
        {inspection && tree && sending && errors && (
          <>
            <div className="flex min-w-0 flex-1 flex-col">
              {pane === 'files' ? (
                <ScanPreview
                  inspection={inspection}
                  tree={tree}
                  sending={sending}
                  view={view}
                  onView={setView}
                  rescanning={sheet.rescanning}
                  error={errors.files}
                />
              ) : (
                <DockerfileEditor
                  build={inspection.build}
                  edited={sheet.form.dockerfile}
                  error={errors.dockerfile}
                  onDone={() => setPane('files')}
                />
              )}
            </div>
            <form
              id={formId}
              aria-label="Where it goes"
              className="flex w-95 flex-none flex-col gap-4 overflow-y-auto border-line border-l px-5 py-4 max-[940px]:w-80"
              onSubmit={(event) => {
                event.preventDefault();
                if (canDeploy(errors) && !waitsForSettings(sheet)) void startDeploy();
              }}
            >
              <DeployTarget
                inspection={inspection}
                errors={errors}
                editing={pane === 'dockerfile'}
                onDockerfile={() => setPane(pane === 'dockerfile' ? 'files' : 'dockerfile')}
              />
            </form>
          </>
        )}
      </div>
    </Dialog>
  );
}

const formId = 'deploy-form';

function useErrors(sheet: DeploySheetState, inspection: FolderInspection | null, sending: Sending | null): DeployErrors | null {
  const servers = useServers((state) => state.servers);
  return inspection && sending && deployErrors(sheet.form, { inspection, sending, servers, existing: sheet.existing.value });
}

/** What the replaced app has must be known before a form that shows it may be sent. */
function waitsForSettings({ form, existing }: DeploySheetState): boolean {
  return existing.value === null && replacedApp(useServers.getState().servers, form) !== undefined;
}

function Scanning({ path }: { readonly path: string }): ReactNode {
  const [began] = useState(Date.now);
  const elapsed = useNow() - began;
  return (
    <div role="status" className="m-auto flex max-w-full flex-col items-center gap-1 p-6 text-center">
      <Spinner label={null} size={20} className="mb-2 text-work" />
      <p className="font-[540]">Looking at what would be sent</p>
      <p className="max-w-full truncate font-mono text-12 text-text-3">{path}</p>
      <p className="tabular text-12 text-text-3">
        {elapsed < 2000 ? 'Nothing leaves this computer yet.' : `${wholeDuration(elapsed)}. Nothing leaves this computer yet.`}
      </p>
    </div>
  );
}

function FailedActions(): ReactNode {
  return (
    <>
      <Button size="sm" icon={FolderOpen} onClick={() => void chooseOtherFolder().catch(notify.error)}>
        Choose another folder
      </Button>
      <Button size="sm" variant="ghost" icon={RefreshCw} onClick={() => void scanFolder()}>
        Scan again
      </Button>
    </>
  );
}

interface HeldBackProps {
  readonly sending: Sending;
  readonly onShow: () => void;
}

/** How it stands with secrets; a press shows them. */
function HeldBack({ sending: { heldBack, secrets }, onShow }: HeldBackProps): ReactNode {
  if (heldBack === 0 && secrets.length === 0) return null;
  return (
    <button type="button" title="Show them" onClick={onShow} className="flex items-center gap-2 rounded-10">
      {heldBack > 0 && (
        <Pill status="degraded" icon={TriangleAlert}>
          {plural(heldBack, 'file')} held back
        </Pill>
      )}
      {secrets.length > 0 && (
        <Pill status="failed" icon={TriangleAlert}>
          {secrets.length === 1 ? '1 file that looks like a secret' : `${secrets.length} files that look like secrets`} will be sent
        </Pill>
      )}
    </button>
  );
}

function folderName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
