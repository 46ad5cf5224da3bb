import { describe, expect, it } from 'vitest';
import { catalog } from './catalog.ts';
import { layerHash } from './layers.ts';
import { configText, repositoryOf } from './publish.ts';
import { manifestText } from './registry-client.ts';

const tags = catalog.flatMap((image) => image.tags);

describe('catalog', () => {
  it('has the images that the product and its samples name', () => {
    for (const tag of [
      'node:20',
      'node:20-alpine',
      'node:22-slim',
      'python:3',
      'python:3-slim',
      'nginx:latest',
      'nginx:alpine',
      'haproxy:2.6',
      'redis:latest',
      'busybox:latest',
      'alpine:3',
      'golang:1-alpine',
      'php:8-apache',
      'composer:2',
      'postgres:15',
      'certbot/certbot:v2.1.0',
    ]) {
      expect(tags).toContain(tag);
    }
  });

  it('gives no tag twice', () => {
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('stands every image on a root with a shell', () => {
    for (const image of catalog) {
      expect(['debian', 'busybox']).toContain(image.layers[0]?.name);
    }
  });
});

describe('what the registry gets', () => {
  const image = catalog.find(({ tags: own }) => own.includes('node:20'));
  const digests = image?.layers.map((_, index) => ({ digest: `sha256:${index}`, size: index })) ?? [];

  it('names each layer in configuration and manifest, in order', () => {
    if (image === undefined) throw new Error('no node:20');
    const config = JSON.parse(configText(image, digests));
    expect(config.rootfs.diff_ids).toEqual(digests.map(({ digest }) => digest));
    expect(config.history).toHaveLength(digests.length);
    expect(config.config.Cmd).toEqual(['node']);
    const manifest = JSON.parse(manifestText({ digest: 'sha256:c', size: 7 }, digests));
    expect(manifest.layers.map((layer: { digest: string }) => layer.digest)).toEqual(config.rootfs.diff_ids);
  });

  it('has an image where Docker looks for its plain name', () => {
    expect(repositoryOf('node:20')).toBe('library/node');
    expect(repositoryOf('certbot/certbot:v2.1.0')).toBe('certbot/certbot');
  });

  it('makes a layer anew when its recipe changes', () => {
    const layer = { name: 'a', packages: ['x'], take: 'changes' } as const;
    expect(layerHash(layer)).toBe(layerHash({ ...layer }));
    expect(layerHash(layer)).not.toBe(layerHash({ ...layer, packages: ['y'] }));
  });
});
