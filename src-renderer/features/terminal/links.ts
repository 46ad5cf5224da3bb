/** A link in terminal output that may be offered: https only, with the host the browser would really go to (punycode). */
export interface TerminalLink {
  readonly url: string;
  readonly host: string;
}

/** The link, or null for anything that is not plain https or that carries a user name, which can pass for a host. */
export function terminalLink(text: string): TerminalLink | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || text.length > 4096) return null;
  return { url: url.href, host: url.host };
}

/** What web-links looks for: https only, up to a space or a quoting character. */
export const linkPattern = /https:\/\/[^\s"'<>`{}|\\^]+[^\s"'<>`{}|\\^.,:;!?)\]]/i;
