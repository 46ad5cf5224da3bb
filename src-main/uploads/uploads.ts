import { parseFree } from '../base/disk-free.ts';
import { ExpectedError } from '../contract/index.ts';
import { EDGE_SERVICE } from '../edge/index.ts';
import type { ExecResult } from '../ssh/types.ts';
import { Attempt, folderName } from './attempt.ts';
import { chooseCompression } from './compression.ts';
import { fetchManifest } from './fetch-manifest.ts';
import { LinkSpeeds } from './link-speed.ts';
import { LONGEST_MANIFEST, manifestBytes } from './manifest.ts';
import { ManifestCache } from './manifest-cache.ts';
import { CompressionPlan, PrefixDiffers, type Sent } from './sender.ts';
import { LOOK, LOOK_CODES, MAKE_FOLDER, MAKE_FOLDER_BIND, REMOVE, SETTLE, STORE_FOLDER } from './server-scripts.ts';
import type { Base, Place, ServerAccess, Uploaded, UploadOptions } from './types.ts';

/** Milliseconds that a broken upload waits for its connection. The lease of a deploy does not outlive its holder by more. */
const reconnectMs = 90_000;
/** Attempts without a byte of progress. */
const mostIdleAttempts = 3;
const scriptMs = 60_000;

/** Brings contexts to servers; holds what is known of them here. */
export class Uploads {
  readonly #cache: ManifestCache;
  readonly #speeds = new LinkSpeeds();

  /** `cacheFolder` may be lost at any time; null for none. */
  constructor(cacheFolder: string | null) {
    this.#cache = new ManifestCache(cacheFolder);
  }

  /**
   * Gets an app's place on the server ready, removes what earlier attempts left there, and says whether the context can be kept. `bytes` is
   * about what the context will have; `apps` are all apps on the server. To be called by the holder of the app's lease.
   */
  async look(server: ServerAccess, app: string, bytes: number, apps: readonly string[], signal: AbortSignal): Promise<Place> {
    const argv = ['/bin/sh', '-c', LOOK, 'sh', folderName(app), ...apps];
    let result = await server.connection.exec(argv, { signal, timeoutMs: scriptMs });
    const group = /^group (\d+)$/m.exec(result.stdout)?.[1];
    if (result.code === LOOK_CODES.noFolder && group !== undefined && (await this.#makeFolder(server, group, signal))) {
      result = await server.connection.exec(argv, { signal, timeoutMs: scriptMs });
    }
    if (result.code !== 0) return { kind: 'straight', reason: reasonOf(result, server.name) };
    const listed = (what: string): [string, number][] =>
      [...result.stdout.matchAll(new RegExp(`^${what} ([0-9a-f]{64}) +(\\d+)$`, 'gm'))].map(([, hash = '', bytes]) => [
        hash,
        Number(bytes),
      ]);
    const kept = new Map(listed('context'));
    const room = freeBytes(result.stdout);
    // The new one beside the last one and what comes over the wire; then the build's own copy, and a layer of it.
    const wanted = 4 * bytes + 500_000_000;
    if (room !== null && room < wanted) {
      return { kind: 'straight', reason: `${server.name} has too little room to keep it beside the build` };
    }
    const base = await this.#base(server, app, kept, new Map(listed('manifest')), signal);
    return { kind: 'kept', base, zstd: /^zstd$/m.test(result.stdout) };
  }

  /**
   * Brings the packed folder to the server as its app's context. Goes on where it was when the connection breaks; sends everything when what
   * the server makes of the difference is not what was packed. Resolves when the server has computed the sha256 of what it has.
   * Throws what packing throws, `disk-full`, `ssh-lost` …, and `command-failed`; nothing half-made stays.
   */
  async upload(server: ServerAccess, app: string, options: UploadOptions): Promise<Uploaded> {
    const { place, signal, onNote } = options;
    const seen = { bitsPerSecond: this.#speeds.bitsPerSecond(server.id), zstdOnServer: place.zstd };
    let plan = new CompressionPlan(chooseCompression(seen));
    let base = place.base;
    let before: string[] = [];
    // What an attempt brought to its end here, though nobody heard how it ended there.
    let packed: Sent | null = null;
    let idle = 0;
    let sentBytes = 0;
    for (;;) {
      signal.throwIfAborted();
      await options.beforeWrite();
      const attempt: Attempt = new Attempt(server, app, options, plan, base, before);
      const sentBefore: number = sentBytes;
      const done = async (sent: Sent): Promise<Uploaded> => {
        await this.#cache.put(server.id, app, { hash: sent.hash, bytes: sent.bytes, entries: sent.entries });
        const difference = base ? { changed: sent.changed, added: sent.added, deleted: sent.deleted } : null;
        return { file: { path: `${STORE_FOLDER}/${app}/${sent.hash}.tar`, bytes: sent.bytes }, hash: sent.hash, sentBytes, difference };
      };
      try {
        if (before.length > 0 && (await this.#isMade(server, app, before, packed, signal)) && packed) return await done(packed);
        const sent = await attempt.run((bytes: number) => {
          sentBytes += bytes;
          options.onSent?.(sentBytes);
        });
        if (attempt.milliseconds !== null) this.#speeds.saw(server.id, sentBytes - sentBefore, sent.bytes, attempt.milliseconds);
        return await done(sent);
      } catch (error) {
        if (signal.aborted || attempt.isOurs(error)) {
          await attempt.clean();
          throw signal.aborted ? signal.reason : error;
        }
        if (isLoss(error)) {
          idle = sentBytes > sentBefore ? 0 : idle + 1;
          if (idle >= mostIdleAttempts) throw error;
          onNote?.('The connection broke; the upload goes on when it is back.');
          await server.connection.ready(signal, reconnectMs);
          packed = attempt.packed ?? packed;
          before = [attempt.id, ...before];
          continue;
        }
        await attempt.clean();
        if (error instanceof ExpectedError && error.code === 'disk-full') throw error;
        if (before.length === 0 && base === null) throw error;
        onNote?.(
          error instanceof PrefixDiffers
            ? 'What was sent before the break is not what would be sent now; all of it is sent again.'
            : `${error instanceof Error ? error.message : String(error)}. All files are sent instead of the difference.`,
        );
        before = [];
        packed = null;
        plan = new CompressionPlan(plan.compression);
        if (!(error instanceof PrefixDiffers)) base = null;
      }
    }
  }

  /** Removes an app's context from the server, and what is known of it here. */
  async remove(server: ServerAccess, app: string): Promise<void> {
    await this.#cache.forget(server.id, app);
    await server.connection.exec(['/bin/sh', '-c', REMOVE, 'sh', folderName(app)], { timeoutMs: scriptMs });
  }

  /** What is known of the last context: here, or else there, e.g. since another computer sent it. */
  async #base(
    server: ServerAccess,
    app: string,
    kept: ReadonlyMap<string, number>,
    manifests: ReadonlyMap<string, number>,
    signal: AbortSignal,
  ): Promise<Base | null> {
    const known = await this.#cache.get(server.id, app);
    if (known && kept.get(known.hash) === known.bytes)
      return { manifest: known, isKept: manifests.get(known.hash) === manifestBytes(known) };
    for (const [hash, bytes] of manifests) {
      if (!kept.has(hash) || bytes > LONGEST_MANIFEST) continue;
      const manifest = await fetchManifest(server.connection, app, hash, signal);
      if (manifest?.hash !== hash || manifest.bytes !== kept.get(hash)) continue;
      await this.#cache.put(server.id, app, manifest);
      return { manifest, isKept: true };
    }
    return null;
  }

  /**
   * Ends what still runs of attempts that broke off, and tells whether one of them had made what it was to make: then nothing of it is to be
   * sent again, and the context that it was a difference to is gone.
   */
  async #isMade(server: ServerAccess, app: string, before: readonly string[], packed: Sent | null, signal: AbortSignal): Promise<boolean> {
    const input = `${folderName(app)} ${packed?.hash ?? '-'}\n${before.join('\n')}\n`;
    const { stdout } = await server.connection.exec(['/bin/sh', '-c', SETTLE], { input, signal, timeoutMs: 0 });
    return packed !== null && /^made +(\d+)$/m.exec(stdout)?.[1] === String(packed.bytes);
  }

  /** As root in a container of an image that the server has, so that no sudo is needed. */
  async #makeFolder(server: ServerAccess, group: string, signal: AbortSignal): Promise<boolean> {
    const image = (await server.docker.service(EDGE_SERVICE))?.image;
    if (image === undefined) return false;
    const made = await server.docker.runOnce({
      image,
      argv: ['sh', '-c', MAKE_FOLDER, 'sh', group],
      binds: [MAKE_FOLDER_BIND],
      user: '0',
      signal,
    });
    return made.code === 0;
  }
}

function isLoss(error: unknown): boolean {
  return (
    error instanceof ExpectedError && ['ssh-lost', 'ssh-timeout', 'ssh-refused', 'ssh-unreachable', 'channel-refused'].includes(error.code)
  );
}

function reasonOf({ code, stderr }: ExecResult, server: string): string {
  if (code === LOOK_CODES.noTools) return `${server} lacks a program that is needed to keep it (${stderr.trim()})`;
  if (code === LOOK_CODES.noDocker) return `the docker command of ${server} cannot be used for it`;
  return `there is no folder on ${server} to keep it in`;
}

function freeBytes(output: string): number | null {
  return parseFree(/^room .*$/m.exec(output)?.[0] ?? '');
}
