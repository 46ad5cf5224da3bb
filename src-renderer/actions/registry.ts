import { appGo } from './app-go.ts';
import { appOpen } from './app-open.ts';
import { appPause } from './app-pause.ts';
import { appRestart } from './app-restart.ts';
import { appResume } from './app-resume.ts';
import { appStart } from './app-start.ts';
import { appStop } from './app-stop.ts';
import { certificateGet } from './certificate-get.ts';
import { certificateOwn } from './certificate-own.ts';
import { deployChooseFolder } from './deploy-choose-folder.ts';
import { deployTypePath } from './deploy-type-path.ts';
import { edgeUpdate } from './edge-update.ts';
import { goBack } from './go-back.ts';
import { goForward } from './go-forward.ts';
import { goHome } from './go-home.ts';
import { helpShortcuts } from './help-shortcuts.ts';
import { jobCancel } from './job-cancel.ts';
import { jobsClear } from './jobs-clear.ts';
import { jobsToggle } from './jobs-toggle.ts';
import { paletteOpen } from './palette-open.ts';
import { portAdd } from './port-add.ts';
import { routeAdd } from './route-add.ts';
import { serverCertificates } from './server-certificates.ts';
import { serverConnect } from './server-connect.ts';
import { serverDisconnect } from './server-disconnect.ts';
import { serverEdit } from './server-edit.ts';
import { serverRefresh } from './server-refresh.ts';
import { serverRemove } from './server-remove.ts';
import { serverRoutes } from './server-routes.ts';
import { serverSetUp } from './server-set-up.ts';
import { serverTerminal } from './server-terminal.ts';
import { serversAdd } from './servers-add.ts';
import { settingsOpen } from './settings-open.ts';
import { themeSet } from './theme-set.ts';
import type { Action } from './types.ts';

/** Every action, in the order of the palette. */
export const actions: readonly Action[] = [
  deployChooseFolder,
  deployTypePath,
  jobCancel,
  appOpen,
  ...appGo,
  appRestart,
  appStart,
  appStop,
  appPause,
  appResume,
  serverConnect,
  serverRefresh,
  serverSetUp,
  edgeUpdate,
  serverTerminal,
  serverRoutes,
  routeAdd,
  portAdd,
  serverCertificates,
  certificateGet,
  certificateOwn,
  serverEdit,
  serverDisconnect,
  serverRemove,
  serversAdd,
  goHome,
  settingsOpen,
  goBack,
  goForward,
  paletteOpen,
  jobsToggle,
  jobsClear,
  ...themeSet,
  helpShortcuts,
];
