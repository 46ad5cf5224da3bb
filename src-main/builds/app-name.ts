import { appName } from '../contract/models/common.ts';

/** A valid app name made from a folder's name: `My Shop (2)` gives `my-shop-2`. */
export function suggestAppName(folder: string): string {
  const last =
    folder
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? '';
  const name = last
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return appName.safeParse(name).success ? name : 'app';
}
