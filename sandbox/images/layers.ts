/** Builds one layer: an overlay over the Debian root, in namespaces that vanish with the build, and a tar of what changed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianRoot, debianRootHash } from '../debian-root.ts';
import type { SandboxPaths } from '../paths.ts';
import { recipeHash } from '../recipe.ts';
import { mustRun, run, sealed } from '../run.ts';
import type { LayerRecipe } from './recipe-types.ts';

export interface BuiltLayer {
  readonly file: string;
  /** `sha256:…` of the file, which is also its diff id: layers are not compressed, since they never leave this machine. */
  readonly digest: string;
  readonly size: number;
}

export function layerHash(layer: LayerRecipe): string {
  return recipeHash(debianRootHash, BUILD, installScript(layer.packages ?? []), layer);
}

// $1 Debian root, $2 work folder, $3 script, $4 the layer's tar file, $5 what to take, $6 apt's lists and archives for all layers of a run.
const BUILD = `cd "$2"
mkdir -p upper overlay root practice
if [ "$5" = root ]; then
  exec tar -C "$1" --numeric-owner --sort=name --exclude=./dev/* --exclude=./proc/* --exclude=./sys/* --exclude=./tmp/* -cf "$4" .
fi
mount -t overlay overlay -o "lowerdir=$1,upperdir=upper,workdir=overlay" root
mkdir root/practice
mount -t proc proc root/proc
mount --bind /etc/resolv.conf root/etc/resolv.conf
mount --bind practice root/practice
mkdir -p "$6/lists" "$6/archives/partial" root/var/lib/apt/lists
mount --bind "$6/lists" root/var/lib/apt/lists
mount --bind "$6/archives" root/var/cache/apt/archives
printf '#!/bin/sh\\nexit 101\\n' > root/usr/sbin/policy-rc.d
chmod 755 root/usr/sbin/policy-rc.d
chroot root sh -euc "$3"
rm -f root/usr/sbin/policy-rc.d
umount root/var/lib/apt/lists root/var/cache/apt/archives root/practice root/etc/resolv.conf root/proc
rmdir root/practice
umount root
if [ "$5" = out ]; then
  cd upper/out
else
  cd upper
  rm -rf tmp/* var/cache/* var/log/*.log
  # What overlayfs marks as deleted by a device 0/0, a layer marks by a file ".wh.NAME".
  find . -type c | while read -r file; do
    if [ "$(stat -c %t,%T "$file")" = 0,0 ]; then
      rm "$file"
      : > "$(dirname "$file")/.wh.$(basename "$file")"
    fi
  done
fi
exec tar --numeric-owner --sort=name -cf "$4" .`;

/** Builds the layer into the work folder. Throws SandboxError with the script's last lines when it fails. */
export async function buildLayer(paths: SandboxPaths, layer: LayerRecipe, npmrc: string): Promise<BuiltLayer> {
  const work = join(paths.work, 'layer');
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, 'practice'), { recursive: true });
  await writeFile(join(work, 'practice', 'npmrc'), npmrc);
  for (const name of layer.npm ?? []) {
    await unpackNpmPackage(name, join(work, 'practice'));
  }
  const file = join(paths.work, 'layer.tar');
  await mustRun(
    sealed([
      'sh',
      '-euc',
      BUILD,
      'sh',
      debianRoot(paths),
      work,
      `${installScript(layer.packages ?? [])}\n${layer.script ?? ''}`,
      file,
      layer.take,
      aptFolder(paths),
    ]),
    {
      env: {
        DEBIAN_FRONTEND: 'noninteractive',
        LC_ALL: 'C',
        HOME: '/root',
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      },
    },
  );
  await rm(work, { recursive: true, force: true });
  return { file, ...(await digestFile(file)) };
}

/** Removes what the layers of a run share. */
export async function forgetAptLists(paths: SandboxPaths): Promise<void> {
  await rm(aptFolder(paths), { recursive: true, force: true });
}

function aptFolder(paths: SandboxPaths): string {
  return join(paths.work, 'apt');
}

function installScript(packages: readonly string[]): string {
  return packages.length === 0
    ? ''
    : `[ -e /var/lib/apt/lists/practice ] || { apt-get update -qq -o Acquire::Retries=3; touch /var/lib/apt/lists/practice; }
apt-get install -y -qq --no-install-recommends -o Acquire::Retries=3 ${packages.join(' ')}`;
}

/** `sha256:…` and size of a file. */
export async function digestFile(file: string): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
  }
  return { digest: `sha256:${hash.digest('hex')}`, size: (await stat(file)).size };
}

async function unpackNpmPackage(name: string, folder: string): Promise<void> {
  const download = join(folder, 'download');
  await mkdir(download, { recursive: true });
  await mustRun(['npm', 'pack', '--silent', '--pack-destination', download, name], { cwd: folder });
  const [archive = ''] = await readdir(download);
  await mustRun(['tar', '-C', download, '--no-same-owner', '-xzf', join(download, archive)]);
  await rename(join(download, 'package'), join(folder, name.slice(0, name.lastIndexOf('@'))));
  await rm(download, { recursive: true });
}

/** The npm settings of this machine that make npm work in an image: where its registry is, and that other certificates are trusted. */
export async function hostNpmrc(): Promise<string> {
  const lines: string[] = [];
  const registry = (await run(['npm', 'config', 'get', 'registry'], { cwd: '/' })).stdout.trim();
  if (/^https?:\/\//.test(registry)) {
    lines.push(`registry=${registry}`);
  }
  // Both bundles hold what this machine trusts; see shareTrust in debian-root.ts.
  lines.push('cafile=/etc/ssl/certs/ca-certificates.crt');
  return `${lines.join('\n')}\n`;
}
