/** All images that practice servers can pull by plain name, most wanted first. */
import { acmeImages } from './acme-images.ts';
import { alpineImages } from './alpine-images.ts';
import { debianImages } from './debian-images.ts';
import { languageImages } from './language-images.ts';
import { nodeImages } from './node-images.ts';
import { postgresImage } from './postgres-image.ts';
import type { ImageRecipe } from './recipe-types.ts';

export const catalog: readonly ImageRecipe[] = [
  ...debianImages,
  ...alpineImages,
  ...nodeImages,
  ...languageImages,
  postgresImage,
  ...acmeImages,
];
