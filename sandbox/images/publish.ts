/** Fills the practice registry: builds each layer once, and pushes the images whose recipe is not in it yet. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from '../json-file.ts';
import type { SandboxPaths } from '../paths.ts';
import type { OnProgress } from '../progress.ts';
import { step } from '../progress.ts';
import { recipeHash } from '../recipe.ts';
import { buildLayer, forgetAptLists, hostNpmrc, layerHash } from './layers.ts';
import type { ImageRecipe, LayerRecipe } from './recipe-types.ts';
import { manifestText, RegistryClient } from './registry-client.ts';

/** What the registry holds, beside its data: lost together, so that one never speaks of the other's absence. */
const contents = z.object({
  layers: z.record(z.string(), z.object({ digest: z.string(), size: z.number(), repository: z.string() })),
  images: z.array(z.string()),
});
type Contents = z.infer<typeof contents>;

function imageHash(image: ImageRecipe): string {
  return recipeHash(image.tags, image.config, image.layers.map(layerHash));
}

function contentsFile(paths: SandboxPaths): string {
  return join(paths.registry, 'practice.json');
}

/** Whether every image of `images` is in the registry. */
export async function isPublished(paths: SandboxPaths, images: readonly ImageRecipe[]): Promise<boolean> {
  const known = await readJson(contentsFile(paths), contents);
  return known !== undefined && images.every((image) => known.images.includes(imageHash(image)));
}

/** Builds and pushes what is missing to the registry at `url`. Killed half-way, the next call goes on where this one was. */
export async function publishImages(
  paths: SandboxPaths,
  url: string,
  images: readonly ImageRecipe[],
  onProgress?: OnProgress,
): Promise<void> {
  const client = new RegistryClient(url);
  const known: Contents = (await readJson(contentsFile(paths), contents)) ?? { layers: {}, images: [] };
  let npmrc: string | undefined;
  await forgetAptLists(paths);
  for (const image of images.filter((candidate) => !known.images.includes(imageHash(candidate)))) {
    const repositories = [...new Set(image.tags.map(repositoryOf))];
    for (const layer of image.layers) {
      const hash = layerHash(layer);
      if (known.layers[hash] === undefined) {
        npmrc ??= await hostNpmrc();
        known.layers[hash] = await pushLayer(paths, client, layer, repositories[0] ?? '', npmrc, onProgress);
        await writeJson(contentsFile(paths), known);
      }
    }
    const layers = image.layers.map((layer) => known.layers[layerHash(layer)]).filter((layer) => layer !== undefined);
    for (const repository of repositories) {
      for (const layer of layers) {
        await client.mountBlob(repository, layer.digest, layer.repository);
      }
    }
    await pushImage(client, image, layers);
    known.images.push(imageHash(image));
    await writeJson(contentsFile(paths), known);
  }
  await forgetAptLists(paths);
}

async function pushLayer(
  paths: SandboxPaths,
  client: RegistryClient,
  layer: LayerRecipe,
  repository: string,
  npmrc: string,
  onProgress: OnProgress | undefined,
): Promise<Contents['layers'][string]> {
  return step(onProgress, `Make image layer: ${layer.name}`, async () => {
    const { file, digest, size } = await buildLayer(paths, layer, npmrc);
    if (!(await client.hasBlob(repository, digest))) {
      await client.putBlobFile(repository, file, { digest, size });
    }
    await rm(file);
    return { digest, size, repository };
  });
}

async function pushImage(client: RegistryClient, image: ImageRecipe, layers: readonly { digest: string; size: number }[]): Promise<void> {
  const config = Buffer.from(configText(image, layers));
  const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
  const manifest = manifestText({ digest, size: config.length }, layers);
  for (const repository of new Set(image.tags.map(repositoryOf))) {
    await client.putBlob(repository, config, digest);
  }
  for (const tag of image.tags) {
    await client.putManifest(repositoryOf(tag), tag.slice(tag.indexOf(':') + 1), manifest);
  }
}

/** Where Docker looks for an image: `node:20` is in `library/node`, and a name with a slash is where it says. */
export function repositoryOf(tag: string): string {
  const name = tag.slice(0, tag.indexOf(':'));
  return name.includes('/') ? name : `library/${name}`;
}

/** The image configuration (Docker image specification 1.2): layers are uncompressed, so their digests are their diff ids. */
export function configText(image: ImageRecipe, layers: readonly { digest: string }[]): string {
  const created = '2024-01-01T00:00:00Z';
  return JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    created,
    config: image.config,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
    history: image.layers.map((layer) => ({ created, created_by: `practice layer ${layer.name}` })),
  });
}
