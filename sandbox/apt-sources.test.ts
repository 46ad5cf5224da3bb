import { describe, expect, it } from 'vitest';
import { debianSources, readMirrors, transportSettings } from './apt-sources.ts';

describe('readMirrors', () => {
  it('reads deb822 files', () => {
    const text = `# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;
    expect(readMirrors([text])).toEqual({ main: 'http://mirror.example/debian', security: 'http://mirror.example/debian-security' });
  });

  it('reads one-line files with options, and leaves comments, sources and other vendors out', () => {
    const text = `# deb http://old.example/debian bookworm main
deb-src http://src.example/debian bookworm main
deb https://packages.example/cloud stable main
deb [arch=amd64 signed-by=/k.gpg] https://a.example/debian bookworm main
deb http://a.example/debian-security bookworm-security main
deb cdrom:[Debian]/ bookworm main`;
    expect(readMirrors([text])).toEqual({ main: 'https://a.example/debian', security: 'http://a.example/debian-security' });
  });

  it('says so where there is none', () => {
    expect(readMirrors(['', 'Types: deb-src\nURIs: http://a.example/debian\nSuites: sid'])).toEqual({
      main: undefined,
      security: undefined,
    });
  });

  it('reads back what debianSources writes', () => {
    const mirrors = { main: 'http://a.example/debian', security: 'http://b.example/debian-security' };
    expect(readMirrors([debianSources('bookworm', mirrors)])).toEqual(mirrors);
    expect(debianSources('bookworm', { ...mirrors, security: undefined })).not.toContain('security');
  });
});

it('keeps of apt.conf only what reaches the mirrors', () => {
  const dump = `Acquire "";
Acquire::http "";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::https::CAInfo "/etc/ca.pem";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
APT::Architecture "amd64";
DPkg::Pre-Install-Pkgs:: "/usr/sbin/dpkg-preconfigure --apt || true";
`;
  expect(transportSettings(dump)).toBe(`Acquire::http::Proxy "http://proxy.example:3128";
Acquire::https::CAInfo "/etc/ca.pem";
Acquire::Check-Valid-Until "false";
`);
});
