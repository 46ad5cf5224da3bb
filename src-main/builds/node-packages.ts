import { hasDependencies, type PackageJson } from './package-json.ts';
import type { ProjectFiles } from './project-files.ts';

export interface Installation {
  /** "pnpm (pnpm-lock.yaml)", for the reasons. */
  readonly reason: string;
  /** The commands of one RUN. */
  readonly install: string;
  /** Takes the packages away that only the build needed; null where the package manager cannot. */
  readonly prune: string | null;
  /** What has to be in the image before the installation: file names, or `.` for everything. */
  readonly manifests: string;
  /** Runs a script of package.json. */
  readonly run: (script: string) => string;
}

/** How the packages are installed; null for a project that has none, whose build then needs no registry. */
export async function installationOf(files: ProjectFiles, manifest: PackageJson): Promise<Installation | null> {
  const lock = files.first(['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'package-lock.json', 'npm-shrinkwrap.json']);
  if (!hasDependencies(manifest) && manifest.workspaces === undefined && !files.has('pnpm-workspace.yaml')) return null;
  const pinned = /^(npm|pnpm|yarn|bun)@(\d+(?:\.\d+){0,2})/.exec(manifest.packageManager ?? '');
  const manager = managerOf(lock) ?? pinned?.[1] ?? 'npm';
  const version = pinned?.[1] === manager ? pinned[2] : undefined;
  const settings = ['.npmrc', '.yarnrc', '.yarnrc.yml', '.pnp.cjs', 'pnpm-workspace.yaml', 'bunfig.toml'].filter((name) => files.has(name));
  // Workspaces, local packages, patches and install scripts need more of the project than its manifests.
  const needsAll =
    manifest.workspaces !== undefined ||
    files.has('pnpm-workspace.yaml') ||
    ['preinstall', 'install', 'postinstall', 'prepare'].some((script) => Object.hasOwn(manifest.scripts, script)) ||
    Object.values(manifest.dependencies).some((from) => /^(file|link|portal|patch|workspace):/.test(from)) ||
    files.matching(/^(\.yarn|patches)\//).length > 0;
  const manifests = needsAll ? '.' : ['package.json', ...(lock === null ? [] : [lock]), ...settings].join(' ');
  const reason = `${manager}${lock === null ? ', without a lock file' : ` (${lock})`}`;
  return { reason, manifests, ...(await commands(files, manager, version, lock)) };
}

async function commands(
  files: ProjectFiles,
  manager: string,
  version: string | undefined,
  lock: string | null,
): Promise<Pick<Installation, 'install' | 'prune' | 'run'>> {
  if (manager === 'pnpm') {
    const pnpm = version ?? pnpmFor(await files.text('pnpm-lock.yaml'));
    const install = `npm install --global pnpm@${pnpm} && pnpm install${lock === null ? '' : ' --frozen-lockfile'}`;
    return { install, prune: 'CI=true pnpm prune --prod --ignore-scripts', run: (script) => `pnpm run ${script}` };
  }
  if (manager === 'bun') {
    const install = `npm install --global bun@${version ?? '1'} && bun install${lock === null ? '' : ' --frozen-lockfile'}`;
    return { install, prune: null, run: (script) => `bun run ${script}` };
  }
  if (manager === 'yarn') {
    const isBerry = files.has('.yarnrc.yml') || (version !== undefined && !version.startsWith('1.'));
    if (isBerry) return { install: 'corepack enable && yarn install --immutable', prune: null, run: (script) => `yarn run ${script}` };
    return {
      install: 'yarn install --frozen-lockfile',
      prune: 'yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline',
      run: (script) => `yarn run ${script}`,
    };
  }
  return {
    install: lock === null ? 'npm install --no-audit --no-fund' : 'npm ci --no-audit --no-fund',
    prune: 'npm prune --omit=dev --no-audit --no-fund',
    run: (script) => `npm run ${script}`,
  };
}

function managerOf(lock: string | null): string | null {
  if (lock === null) return null;
  return lock.startsWith('pnpm') ? 'pnpm' : lock.startsWith('yarn') ? 'yarn' : lock.startsWith('bun') ? 'bun' : 'npm';
}

/** The newest pnpm that reads this lock file as it is. */
function pnpmFor(lock: string): string {
  const version = Number(/^lockfileVersion:\s*['"]?(\d+)/m.exec(lock)?.[1] ?? '9');
  return version >= 9 ? '10' : version >= 6 ? '8' : '7';
}
