import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { ExpectedError, isCancellation } from '../contract/index.ts';
import { buildFailed, followBuild, followPull, pullFailed } from './progress.ts';
import { imageAnswer, imagesAnswer } from './schemas.ts';
import { type Call, checkedReference, imagePath, type Transport } from './transport.ts';
import type { BuildOptions, Docker, ServerFile } from './types.ts';

/** Building, pulling and keeping images. */
export function imageApi(
  transport: Transport,
  fromFile: (file: ServerFile) => Transport,
): Pick<Docker, 'build' | 'buildFromFile' | 'images' | 'imageId' | 'imageConfig' | 'pull' | 'tagImage' | 'removeImage'> {
  const image = (reference: string) =>
    transport.jsonOrNull(
      { method: 'GET', path: `/images/${imagePath(reference)}/json`, doing: `look at the image ${reference}` },
      imageAnswer,
    );
  const follow = async (response: IncomingMessage, options: BuildOptions): Promise<{ readonly imageId: string }> => {
    const id = (await followBuild(response, transport.failures, options.onLine)) ?? (await image(options.tag))?.Id;
    options.signal?.throwIfAborted();
    if (id === undefined) throw buildFailed('the builder named no image', []);
    return { imageId: id };
  };

  return {
    async build(context, options) {
      let contextError: unknown;
      // What failed while the tar was made says more than the broken request that follows from it.
      context.once('error', (error) => {
        contextError = error;
      });
      try {
        return await follow(await transport.stream({ ...buildCall(options), tar: context }), options);
      } catch (error) {
        if (options.signal?.aborted) throw options.signal.reason;
        if (contextError !== undefined && !isCancellation(contextError)) throw contextError;
        throw refusedBuild(error);
      } finally {
        stopSource(context);
      }
    },

    async buildFromFile(file, options) {
      try {
        return await follow(await fromFile(file).stream(buildCall(options)), options);
      } catch (error) {
        if (options.signal?.aborted) throw options.signal.reason;
        throw refusedBuild(error);
      }
    },

    async images() {
      const found = await transport.json({ method: 'GET', path: '/images/json', doing: 'list images' }, imagesAnswer);
      return found.map((entry) => ({
        id: entry.Id,
        tags: entry.RepoTags.filter((tag) => tag !== '<none>:<none>'),
        labels: entry.Labels,
        sizeBytes: entry.Size,
        createdAt: entry.Created * 1000,
      }));
    },

    async imageId(reference) {
      return (await image(reference))?.Id ?? null;
    },

    async imageConfig(reference) {
      const found = await image(reference);
      if (!found) throw new ExpectedError('not-found', `There is no image ${reference} on ${transport.failures.server}`);
      return {
        id: found.Id,
        user: found.Config?.User ?? '',
        exposedPorts: (found.Config?.ExposedPorts ?? []).map((port) => Number.parseInt(port, 10)).filter((port) => port > 0),
      };
    },

    async pull(reference, options = {}) {
      const { name, tag } = splitReference(checkedReference(reference));
      try {
        const response = await transport.stream({
          method: 'POST',
          path: '/images/create',
          doing: `pull ${reference}`,
          query: { fromImage: name, tag },
          signal: options.signal,
        });
        await followPull(response, reference, transport.failures, options.onLine);
      } catch (error) {
        if (error instanceof ExpectedError && (error.code === 'docker-failed' || error.code === 'not-found')) {
          throw pullFailed(error.detail ?? error.message, reference, transport.failures.server);
        }
        throw error;
      }
    },

    async tagImage(reference, repository, tag) {
      await transport.text({
        method: 'POST',
        path: `/images/${imagePath(reference)}/tag`,
        doing: `tag the image ${reference}`,
        query: { repo: checkedReference(repository), tag },
      });
    },

    async removeImage(reference) {
      try {
        await transport.text({ method: 'DELETE', path: `/images/${imagePath(reference)}`, doing: `remove the image ${reference}` });
      } catch (error) {
        if (!(error instanceof ExpectedError && error.code === 'not-found')) throw error;
      }
    },
  };
}

function buildCall(options: BuildOptions): Call {
  return {
    method: 'POST',
    path: '/build',
    doing: 'build the image',
    query: {
      t: checkedReference(options.tag),
      dockerfile: options.dockerfile,
      labels: JSON.stringify(options.labels),
      buildargs: JSON.stringify(options.buildArguments ?? {}),
      rm: 1,
      forcerm: 1,
    },
    signal: options.signal,
  };
}

/** A tag for `images/create`: without one Docker would pull every tag there is. A digest goes where the tag goes. */
export function splitReference(reference: string): { readonly name: string; readonly tag: string } {
  const at = reference.indexOf('@');
  if (at > 0) return { name: reference.slice(0, at), tag: reference.slice(at + 1) };
  const colon = reference.lastIndexOf(':');
  if (colon > reference.lastIndexOf('/')) return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
  return { name: reference, tag: 'latest' };
}

/** Refused before the first step, e.g. a Dockerfile that does not parse: Docker answers with a status instead of progress. */
function refusedBuild(error: unknown): unknown {
  if (!(error instanceof ExpectedError) || (error.code !== 'docker-failed' && error.code !== 'not-found')) return error;
  const words = error.detail ?? error.message;
  return buildFailed(words, [words]);
}

function stopSource(context: Readable): void {
  if (context.destroyed) return;
  context.on('error', () => undefined);
  context.destroy();
}
