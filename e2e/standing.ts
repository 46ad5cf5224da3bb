/** What Docker on the shared practice server holds, to see that nothing was left there. */
import { execOn } from '../sandbox/index.ts';
import { machine } from './servers.ts';

export interface Standing {
  /** Ids of all, running or not. */
  readonly containers: readonly string[];
  readonly services: readonly string[];
  readonly configs: readonly string[];
  /** Without those that a project names as its base: they are whole, and may stay. */
  readonly images: readonly string[];
}

/** What Docker lists, one line each. */
export async function listed(...words: readonly string[]): Promise<string[]> {
  const { stdout } = await execOn(machine, ['docker', ...words]);
  return stdout.split('\n').filter((line) => line !== '');
}

export async function standing(): Promise<Standing> {
  const images = await listed('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}');
  return {
    containers: await listed('ps', '--all', '--quiet'),
    services: (await listed('service', 'ls', '--format', '{{.Name}}')).sort(),
    configs: (await listed('config', 'ls', '--format', '{{.Name}}')).sort(),
    images: images.filter((image) => !image.startsWith('busybox')).sort(),
  };
}

/** What was not there before. What went meanwhile does not count: a container of an earlier spec may have been on its way out. */
export async function addedSince(before: Standing): Promise<string[]> {
  const now = await standing();
  return (['containers', 'services', 'configs', 'images'] as const).flatMap((kind) =>
    now[kind].filter((each) => !before[kind].includes(each)),
  );
}
