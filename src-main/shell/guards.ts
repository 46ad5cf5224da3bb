import type { Session, WebContents } from 'electron';

/** Nothing in the window may ask for the camera, notifications, devices or any other permission. Electron's own default grants them all. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** True for the page at `home` itself, with or without a fragment. Not by URL.origin: for a scheme of our own Node gives the text 'null'. */
export function isPage(home: string, url: string): boolean {
  return url === home || url.startsWith(`${home}#`);
}

/** The window stays at the page `home`: no navigation, no second window, no web view. */
export function confine(contents: WebContents, home: string): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Chromium asks nobody before it goes to about:blank.
  contents.on('did-navigate', (_event, url) => {
    if (!isPage(home, url)) void contents.loadURL(home);
  });
}
