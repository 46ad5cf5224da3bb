/** The Debian root that everything starts from: servers, and the images that Docker pulls. Made once by debootstrap. */
import { access, cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianSources, readMirrors, transportSettings } from './apt-sources.ts';
import { SandboxError } from './errors.ts';
import type { SandboxPaths } from './paths.ts';
import type { OnProgress } from './progress.ts';
import { step } from './progress.ts';
import { recipeHash } from './recipe.ts';
import { mustRun, sealed } from './run.ts';

export const SUITE = 'bookworm';

const recipe = {
  suite: SUITE,
  packages: ['ca-certificates'],
  /** What a small image leaves out, as the debian:*-slim images do. */
  dpkg: [
    'path-exclude=/usr/share/doc/*',
    'path-exclude=/usr/share/man/*',
    'path-exclude=/usr/share/info/*',
    'path-exclude=/usr/share/locale/*',
  ],
};

export const debianRootHash = recipeHash(recipe);

export function debianRoot(paths: SandboxPaths): string {
  return join(paths.bases, `debian-${debianRootHash}`);
}

/** Makes the root folder where it is not there yet. */
export async function ensureDebianRoot(paths: SandboxPaths, onProgress?: OnProgress): Promise<void> {
  const root = debianRoot(paths);
  if (await exists(root)) {
    return;
  }
  await step(onProgress, 'Unpack Debian (debootstrap)', async () => {
    const half = join(paths.work, 'debian');
    await rm(half, { recursive: true, force: true });
    const mirrors = await hostMirrors();
    await mustRun(
      sealed([
        'debootstrap',
        '--variant=minbase',
        `--include=${recipe.packages.join(',')}`,
        recipe.suite,
        half,
        ...(mirrors.main === undefined ? [] : [mirrors.main]),
      ]),
    );
    await configureApt(half, mirrors);
    await shareTrust(half);
    await rm(join(half, 'var/lib/apt/lists'), { recursive: true, force: true });
    await mustRun([
      'chroot',
      half,
      'sh',
      '-c',
      'apt-get clean; rm -rf /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale /var/log/*.log',
    ]);
    await rename(half, root);
  });
}

async function hostMirrors(): Promise<ReturnType<typeof readMirrors>> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name)).sort();
  const files = ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))];
  return readMirrors(await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => ''))));
}

async function configureApt(root: string, mirrors: ReturnType<typeof readMirrors>): Promise<void> {
  // debootstrap wrote the mirror that it used, be it ours or its own default.
  const written = readMirrors([await readFile(join(root, 'etc/apt/sources.list'), 'utf8')]);
  const main = mirrors.main ?? written.main;
  if (main === undefined) {
    throw new SandboxError('debootstrap named no mirror in sources.list, so apt on the practice servers would have none');
  }
  await rm(join(root, 'etc/apt/sources.list'), { force: true });
  await writeFile(join(root, 'etc/apt/sources.list.d/debian.sources'), debianSources(SUITE, { main, security: mirrors.security }));
  await writeFile(join(root, 'etc/apt/apt.conf.d/90host'), transportSettings(await mustRun(['apt-config', 'dump', 'Acquire'])));
  await writeFile(join(root, 'etc/dpkg/dpkg.cfg.d/01slim'), `${recipe.dpkg.join('\n')}\n`);
}

/** Trusts the certificate authorities that this machine trusts: it may stand behind a proxy with one of its own. */
async function shareTrust(root: string): Promise<void> {
  // Both the sources of update-ca-certificates, which packages run again, and its result.
  const local = 'usr/local/share/ca-certificates';
  if (await exists(join('/', local))) {
    await cp(join('/', local), join(root, local), { recursive: true, dereference: true });
  }
  const bundle = 'etc/ssl/certs/ca-certificates.crt';
  const host = await readFile(join('/', bundle)).catch(() => undefined);
  if (host !== undefined) {
    await writeFile(join(root, bundle), host);
  }
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
