/** What all servers share: store, images, bridge, registry. There while a server exists, gone with the last one. Call under the lock "shared". */
import { mkdir, readdir } from 'node:fs/promises';
import { removeCgroups } from './cgroups.ts';
import { debianRoot } from './debian-root.ts';
import { catalog } from './images/catalog.ts';
import { isPublished, publishImages } from './images/publish.ts';
import { cutPower } from './machine.ts';
import { enableForwarding, ensureBridge, removeBridge, restoreForwarding, unplug } from './network.ts';
import type { SandboxPaths } from './paths.ts';
import { ensurePrerequisites } from './prerequisites.ts';
import type { OnProgress } from './progress.ts';
import { pruneUnused } from './prune.ts';
import { REGISTRY_URL, registryProgram, startRegistry, stopRegistry } from './registry.ts';
import { ensureIdentity, removeDisk, serverDisk } from './server-disk.ts';
import { ensureServerImage, serverImage } from './server-image.ts';
import { readShared, serverNames, writeShared } from './state.ts';
import { isMounted, mountStore, unmountStore } from './store.ts';

/** Brings up what is missing of it; what a killed run left half-made is made good. Where that fails, an empty house is left as it was. */
export async function bringUpShared(paths: SandboxPaths, docker: boolean, onProgress?: OnProgress): Promise<void> {
  await ensurePrerequisites(paths.home, onProgress);
  try {
    await bringUp(paths, docker, onProgress);
  } catch (error) {
    await takeDownShared(paths);
    throw error;
  }
}

async function bringUp(paths: SandboxPaths, docker: boolean, onProgress: OnProgress | undefined): Promise<void> {
  await mkdir(paths.logs, { recursive: true });
  await mountStore(paths);
  await removeStrays(paths);
  await ensureIdentity(paths.identity);
  await ensureServerImage(paths, docker, onProgress);
  await ensureBridge(paths.home);
  const before = await enableForwarding();
  const shared = await readShared(paths);
  if (shared.forwardingBefore === undefined) {
    await writeShared(paths, { ...shared, forwardingBefore: before });
  }
  await startRegistry(paths, onProgress);
  await pruneUnused(paths.bases, [debianRoot(paths), serverImage(paths, false), serverImage(paths, true), registryProgram(paths)]);
  if (!(await isPublished(paths, catalog))) {
    await publishImages(paths, REGISTRY_URL, catalog, onProgress);
  }
}

/** Takes all of it down where no server is left; nothing otherwise. */
export async function takeDownShared(paths: SandboxPaths): Promise<void> {
  if ((await serverNames(paths)).length > 0) {
    return;
  }
  await removeStrays(paths);
  await stopRegistry(paths);
  await removeBridge(paths.home);
  const { forwardingBefore } = await readShared(paths);
  if (forwardingBefore !== undefined) {
    await restoreForwarding(forwardingBefore);
  }
  await writeShared(paths, {});
  await unmountStore(paths);
}

/** Disks of servers that do not exist: their `down` was killed half-way. */
async function removeStrays(paths: SandboxPaths): Promise<void> {
  if (!(await isMounted(paths.store))) {
    return;
  }
  const known = new Set(await serverNames(paths));
  for (const name of await readdir(paths.disks)) {
    if (!known.has(name)) {
      await cutPower(name, undefined);
      await unplug(name, undefined);
      await removeCgroups(name);
      await removeDisk(serverDisk(paths, name));
    }
  }
}
