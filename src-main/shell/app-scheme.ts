import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { assetPath, contentType } from './assets.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';

export const appScheme = 'app';
export const appUrl = 'app://ui/';

/**
 * Must run before Electron is ready. A scheme of our own, not file://, since a file page could read any file, and from an
 * app.asar with the file privileges fused off it does not load at all.
 */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built window out of `folder` and nothing else, with the policy on every answer. */
export function serveApp(session: Session, folder: string): void {
  session.protocol.handle(appScheme, async (request) => {
    const path = request.method === 'GET' ? assetPath(folder, request.url) : null;
    const body = path === null ? null : await readFile(path).catch(() => null);
    const headers = {
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    };
    if (path === null || body === null)
      return new Response('Not found', { status: 404, headers: { ...headers, 'content-type': 'text/plain' } });
    return new Response(new Uint8Array(body), { headers: { ...headers, 'content-type': contentType(path) } });
  });
}
