/** Where the servers' and images' apt looks: the mirrors of this machine's own apt, for the Debian release that they run. Pure. */

export interface DebianMirrors {
  /** undefined where this machine has no Debian mirror: debootstrap's own default then. */
  readonly main: string | undefined;
  readonly security: string | undefined;
}

const URI = /^(https?|ftp):\/\//;

/** The mirrors named in one-line (`deb URI suite …`) and deb822 (`URIs: …`) source files; the first of each kind counts. */
export function readMirrors(files: readonly string[]): DebianMirrors {
  const entries = files.flatMap((text) => [...oneLineEntries(text), ...deb822Entries(text)]);
  const debian = entries.filter((entry) => /debian/i.test(entry.uri));
  return {
    main: debian.find((entry) => !isSecurity(entry))?.uri,
    security: debian.find(isSecurity)?.uri,
  };
}

interface SourceEntry {
  readonly uri: string;
  readonly suites: readonly string[];
}

function isSecurity(entry: SourceEntry): boolean {
  return /security/.test(entry.uri) || entry.suites.some((suite) => /security/.test(suite));
}

function oneLineEntries(text: string): SourceEntry[] {
  return text.split('\n').flatMap((line) => {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line.trim());
    const [, uri, suite] = match ?? [];
    return uri !== undefined && suite !== undefined && URI.test(uri) ? [{ uri, suites: [suite] }] : [];
  });
}

function deb822Entries(text: string): SourceEntry[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'mi').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    if (!field('Types').includes('deb')) {
      return [];
    }
    const suites = field('Suites');
    return field('URIs')
      .filter((uri) => URI.test(uri))
      .map((uri) => ({ uri, suites }));
  });
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A deb822 file for `suite` with its updates and, where a mirror is known, its security fixes. */
export function debianSources(suite: string, mirrors: { readonly main: string; readonly security: string | undefined }): string {
  const stanza = (uri: string, suites: string) => `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: ${KEYRING}\n`;
  const main = stanza(mirrors.main, `${suite} ${suite}-updates`);
  return mirrors.security === undefined ? main : `${main}\n${stanza(mirrors.security, `${suite}-security`)}`;
}

/**
 * Of `apt-config dump`, what apt needs to reach this machine's mirrors: proxies, TLS settings, and whether dates are checked
 * (mirrors that are snapshots need that off).
 */
export function transportSettings(aptConfigDump: string): string {
  const wanted = /^Acquire::(https?|ftp|Check-Valid-Until|Check-Date|Retries)\b/i;
  return aptConfigDump
    .split('\n')
    .filter((line) => wanted.test(line) && !/ "";$/.test(line))
    .map((line) => `${line}\n`)
    .join('');
}
