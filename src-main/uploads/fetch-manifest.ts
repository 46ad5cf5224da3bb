import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { SshConnection } from '../ssh/types.ts';
import { decodeManifest, LONGEST_MANIFEST, type Manifest } from './manifest.ts';
import { FETCH_MANIFEST } from './server-scripts.ts';

const patienceMs = 60_000;

/**
 * Asks the server what a context of an app holds. Null when it has nothing that can be used: then everything is sent. Somebody who may use
 * Docker there could have written it, but not so that anything wrong is built: the server's sha256 of the result must be that of the folder.
 */
export async function fetchManifest(
  connection: Pick<SshConnection, 'exec'>,
  app: string,
  hash: string,
  signal: AbortSignal,
): Promise<Manifest | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onStdout = (chunk: Buffer): void => {
    bytes += chunk.length;
    // Rows are digests, so compression cannot make them much longer.
    if (bytes <= LONGEST_MANIFEST) chunks.push(chunk);
  };
  const { code } = await connection.exec(['/bin/sh', '-c', FETCH_MANIFEST, 'sh', app, hash], { signal, timeoutMs: patienceMs, onStdout });
  if (code !== 0 || bytes > LONGEST_MANIFEST) return null;
  try {
    return await decodeManifest(await promisify(gunzip)(Buffer.concat(chunks), { maxOutputLength: LONGEST_MANIFEST }));
  } catch {
    return null;
  }
}
