import { extname, join, sep } from 'node:path';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
};

/** The MIME type by the file's extension; a file of an unknown kind is never executed or shown. */
export function contentType(path: string): string {
  return contentTypes[extname(path)] ?? 'application/octet-stream';
}

/** The file below `folder` that an app:// URL names, or null for another host and for every path that tries to leave the folder. */
export function assetPath(folder: string, url: string): string | null {
  let parsed: URL;
  let path: string;
  try {
    parsed = new URL(url);
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  if (parsed.protocol !== 'app:' || parsed.host !== 'ui') return null;
  // URL takes out plain dot segments; encoded ones (%2e%2e%2f), backslashes and NUL come to light by decoding only.
  if (/[\\\0]/.test(path) || path.split('/').includes('..')) return null;
  const file = join(folder, path === '' || path === '/' ? 'index.html' : path);
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : null;
}
