/**
 * The desktop app's entry and composition root: builds what there is in order, connects it, and lets go in reverse.
 * Decides nothing else.
 */
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { DisposableStore } from './base/disposable.ts';
import { ExpectedError } from './contract/index.ts';
import { createHandlers } from './handlers.ts';
import { endJobs } from './jobs/index.ts';
import { Overviews } from './servers/overviews.ts';
import { createServices } from './services.ts';
import { registerAppScheme } from './shell/app-scheme.ts';
import { AppWindow } from './shell/app-window.ts';
import { askToQuit } from './shell/ask-to-quit.ts';
import { ElectronShell } from './shell/electron-shell.ts';
import { createLogFile } from './shell/log-file.ts';
import { QuitGuard } from './shell/quit-guard.ts';
import { dataFolder } from './store/data-folder.ts';
import { openElectronBackend } from './store/electron-backend.ts';
import { openElectronVault } from './store/electron-vault.ts';
import { openStore } from './store/settings-store.ts';

const home = dataFolder(process.env, process.platform);
/** How long the program may take at its end to undo on the servers what its jobs began. */
const undoWithinMs = 20_000;
const disposables = new DisposableStore();
const logger = createLogFile(join(home, 'logs', 'window.log'), !app.isPackaged);

// All of this must happen before Electron is ready; the lock lies in userData.
app.setName('Longshore');
app.setPath('userData', join(home, 'window'));
// enableSandbox takes back --no-sandbox, without which Chromium does not run as root. The window asks for its sandbox anyway.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerAppScheme();

async function start(): Promise<void> {
  const store = disposables.add(await openStore({ folder: home, openBackend: openElectronBackend, logger }));
  await app.whenReady();
  const vault = await openElectronVault(store, logger);
  const shell = disposables.add(new ElectronShell());
  const services = disposables.add(createServices({ home, store, vault, logger }));
  const overviews = disposables.add(
    new Overviews(services.servers, { facts: services.readFacts, isSetUp: services.isSetUp, apps: services.apps.list }, logger),
  );
  disposables.add(shell.onResume(() => services.connectAll()));
  services.connectAll();
  const guard = new QuitGuard({ running: () => services.jobs.running(), ask: askToQuit, quit: () => app.quit() });
  const window = disposables.add(
    new AppWindow({
      ...createHandlers(services, overviews, shell),
      store,
      logger,
      requestAction: shell.requestAction,
      // On macOS the program, and with it the job, goes on without a window.
      mayClose: () => process.platform === 'darwin' || guard.mayQuit(),
    }),
  );
  window.open();
  // The first folder that is dropped need not wait for it.
  services.warmUp().catch((error: unknown) => logger.warn('The archive could not be warmed up', { error: String(error) }));
  app.on('second-instance', () => window.open());
  app.on('activate', () => window.open());
  app.on('before-quit', (event) => {
    if (!guard.mayQuit()) event.preventDefault();
  });
  endOrderly(async () => {
    await endJobs(services.jobs, undoWithinMs);
    await window.settled();
  });
}

/** Lets go of everything once, after what is still being written, then ends. */
function endOrderly(settled: () => Promise<void>): void {
  let done = false;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (done) return;
    event.preventDefault();
    void settled().finally(() => {
      done = true;
      disposables.dispose();
      // Not in this very turn: Electron ignores a quit while it is still inside the one that was held up.
      setImmediate(() => app.quit());
    });
  });
}

function fail(error: unknown): void {
  logger.error('Longshore could not start', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  const message = error instanceof Error ? error.message : String(error);
  const next = error instanceof ExpectedError && error.next ? `\n\n${error.next}` : '';
  dialog.showErrorBox('Longshore could not start', `${message}${next}`);
  app.exit(1);
}

// Not awaited here: Electron is not ready before this module has ended.
if (app.requestSingleInstanceLock()) void start().catch(fail);
else app.quit();
