import { toText } from './byte-path.ts';
import type { Scan } from './scan.ts';

/** What stays behind since it looks like a secret, for people: `.env (environment file)`. */
export function heldBack({ leftOut }: Pick<Scan, 'leftOut'>): string[] {
  return leftOut.filter(({ reason }) => reason === 'secret').map(({ path, rule }) => `${toText(path)} (${rule?.pattern ?? 'unknown'})`);
}
