import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { _electron, type Page } from '@playwright/test';
import { testElectron } from '../scripts/test-electron.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const nobody = 65534;

/** Why the sandbox of the operating system cannot be looked at here; null when it can. */
export async function systemSandboxMissing(): Promise<string | null> {
  if (process.platform !== 'linux') return 'Seccomp is Linux only';
  if (process.getuid?.() !== 0) return null;
  return run('unshare', [
    '--mount',
    'setpriv',
    '--reuid',
    String(nobody),
    '--regid',
    String(nobody),
    '--clear-groups',
    'unshare',
    '--user',
    'true',
  ]).then(
    () => null,
    (error: unknown) => `This machine lets root make no mount name space, or others no user name space: ${String(error)}`,
  );
}

export interface SandboxedApp extends AsyncDisposable {
  readonly page: Page;
  readonly rendererPid: number;
}

/**
 * Starts the app as a user who is not root and with Chromium's own sandbox on, as users do. As root it takes a mount name space
 * of its own, in which the runtime and the built app can be reached by that user; it ends with the process.
 */
export async function launchWithSystemSandbox(home: string): Promise<SandboxedApp> {
  const electron = await testElectron();
  const isRoot = process.getuid?.() === 0;
  const place = join(home, 'sandboxed');
  const own = join(place, 'home');
  await mkdir(own, { recursive: true });
  const command = isRoot ? await asNobody(place, dirname(electron)) : { program: electron, app: root, env: {} };
  const app = await _electron.launch({
    executablePath: command.program,
    chromiumSandbox: true,
    args: ['--disable-gpu', command.app],
    env: { ...(process.env as Record<string, string>), ...command.env, LONGSHORE_HOME: own, HOME: own },
  });
  return {
    page: await app.firstWindow(),
    rendererPid: await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await rm(place, { recursive: true, force: true });
    },
  };
}

async function asNobody(place: string, runtime: string): Promise<{ program: string; app: string; env: Record<string, string> }> {
  const paths = { runtime: join(place, 'runtime'), app: join(place, 'app'), program: join(place, 'electron') };
  await mkdir(paths.runtime);
  await mkdir(paths.app);
  await writeFile(
    paths.program,
    [
      '#!/bin/sh -e',
      // Playwright adds its own switches in front; they are Electron's.
      `exec unshare --mount sh -ec 'mount --bind ${runtime} ${paths.runtime}; mount --bind ${root} ${paths.app}; exec setpriv --reuid ${nobody} --regid ${nobody} --clear-groups ${paths.runtime}/electron "$@"' electron "$@"`,
      '',
    ].join('\n'),
    { mode: 0o755 },
  );
  const env: Record<string, string> = {};
  const authority = process.env['XAUTHORITY'];
  if (authority) {
    env['XAUTHORITY'] = join(place, 'home', 'Xauthority');
    await copyFile(authority, env['XAUTHORITY']);
    await chown(env['XAUTHORITY'], nobody, nobody);
  }
  await chown(join(place, 'home'), nobody, nobody);
  await chmod(dirname(place), 0o755);
  return { program: paths.program, app: paths.app, env };
}
