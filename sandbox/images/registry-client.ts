/** Puts images into a registry by its HTTP API (Docker Registry HTTP API V2, image manifest version 2 schema 2); no Docker needed. */
import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { SandboxError } from '../errors.ts';

export interface Blob {
  readonly digest: string;
  readonly size: number;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

export class RegistryClient {
  constructor(private readonly base: string) {}

  async hasBlob(repository: string, digest: string): Promise<boolean> {
    const response = await fetch(`${this.base}/v2/${repository}/blobs/${digest}`, { method: 'HEAD' });
    return response.ok;
  }

  /** Uploads a file as a blob, monolithically. */
  async putBlobFile(repository: string, file: string, blob: Blob): Promise<void> {
    const location = await this.startUpload(repository);
    await new Promise<void>((resolve, reject) => {
      const upload = request(withDigest(location, blob.digest), {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream', 'content-length': blob.size },
      });
      upload.once('response', (response) => {
        response.resume();
        if (response.statusCode === 201) {
          resolve();
        } else {
          reject(new SandboxError(`the practice registry refused a layer of ${repository} (HTTP ${response.statusCode})`));
        }
      });
      upload.once('error', reject);
      pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), upload).catch(reject);
    });
  }

  async putBlob(repository: string, data: Uint8Array, digest: string): Promise<void> {
    const location = await this.startUpload(repository);
    const response = await fetch(withDigest(location, digest), {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: data,
    });
    await expectStatus(response, 201, `a configuration of ${repository}`);
  }

  /** Lets `repository` use a blob of `from` without another upload. */
  async mountBlob(repository: string, digest: string, from: string): Promise<boolean> {
    const response = await fetch(`${this.base}/v2/${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`, {
      method: 'POST',
    });
    return response.status === 201;
  }

  async putManifest(repository: string, tag: string, manifest: string): Promise<void> {
    const response = await fetch(`${this.base}/v2/${repository}/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': MANIFEST },
      body: manifest,
    });
    await expectStatus(response, 201, `the manifest of ${repository}:${tag}`);
  }

  private async startUpload(repository: string): Promise<string> {
    const response = await fetch(`${this.base}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    await expectStatus(response, 202, `an upload to ${repository}`);
    const location = response.headers.get('location');
    if (location === null) {
      throw new SandboxError('the practice registry named no place to upload to');
    }
    return new URL(location, this.base).href;
  }
}

function withDigest(location: string, digest: string): string {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url.href;
}

async function expectStatus(response: Response, status: number, what: string): Promise<void> {
  if (response.status !== status) {
    throw new SandboxError(`the practice registry refused ${what} (HTTP ${response.status}): ${(await response.text()).slice(0, 300)}`);
  }
}

/** The manifest text (schema 2) of an image with this configuration and these uncompressed layers. */
export function manifestText(config: Blob, layers: readonly Blob[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.size, digest: config.digest },
    layers: layers.map(({ digest, size }) => ({ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', size, digest })),
  });
}
