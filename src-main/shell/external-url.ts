import { ExpectedError, hostName } from '../contract/index.ts';

const ownHosts = new Set(['127.0.0.1', 'localhost']);

/**
 * Checks a link before the operating system gets it: https, or http on this computer (a tunnel). Handing anything else to the
 * desktop can start programs (file:, smb:, ms-msdt:, vscode: …). Returns the URL as the parser understood it, never the
 * text as given; throws ExpectedError `invalid-input`.
 */
export function externalUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const allowed = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && ownHosts.has(url.hostname)));
  if (!allowed || url.username !== '' || url.password !== '' || hasControlCharacter(text)) {
    throw new ExpectedError('invalid-input', 'This link is not opened: only https links are, and http on this computer', {
      detail: JSON.stringify(text.slice(0, 200)),
    });
  }
  return url.href;
}

/**
 * The address of an app of the user's own, which may be http as long as it has no certificate: a host name that was read from the
 * server and checked by the contract, and nothing else in the URL. Throws a ZodError for what is none.
 */
export function appUrl(host: string): string {
  return `http://${hostName.parse(host)}/`;
}

/** The parser drops tabs and line breaks inside a URL; a link that has them was made to look like another. */
function hasControlCharacter(text: string): boolean {
  return /[\u0000-\u0020\u007f]/.test(text);
}
