import { ExpectedError } from '../contract/index.ts';
import type { Docker } from './types.ts';

interface PullOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** The id of an image, pulled where it is missing. `server` is for messages. */
export async function imageThere(
  docker: Pick<Docker, 'imageId' | 'pull'>,
  image: string,
  server: string,
  options: PullOptions = {},
): Promise<string> {
  return (await docker.imageId(image)) ?? (await pulled(docker, image, server, options));
}

/** Pulls an image and returns its id, which is another one where the registry has a newer of that name. */
export async function pulled(
  docker: Pick<Docker, 'imageId' | 'pull'>,
  image: string,
  server: string,
  options: PullOptions = {},
): Promise<string> {
  await docker.pull(image, options);
  const id = await docker.imageId(image);
  if (id !== null) return id;
  throw new ExpectedError('not-found', `The image ${image} is not on ${server} after it was pulled`);
}
