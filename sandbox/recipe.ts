/** Cached things are named after the recipe that made them: another recipe is another name, and an old one is never reused. */
import { createHash } from 'node:crypto';

/** Twelve hex digits that stand for `recipe`, which is plain data; the order of object keys counts. */
export function recipeHash(...recipe: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
}
