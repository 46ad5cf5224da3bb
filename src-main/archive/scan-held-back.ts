import { toText } from './byte-path.ts';
import type { LeftOutEntry } from './walk-left-out.ts';

interface HasLeftOut {
  readonly leftOut: readonly LeftOutEntry[];
}

/** What stays behind since it looks like a secret, for people: `.env (environment file)`. */
export function heldBack({ leftOut }: HasLeftOut): string[] {
  return leftOut.filter(({ reason }) => reason === 'secret').map(({ path, rule }) => `${toText(path)} (${rule?.pattern ?? 'unknown'})`);
}

/** The places of submodules that are not checked out, so that nothing of them is sent. */
export function notCheckedOut({ leftOut }: HasLeftOut): string[] {
  return leftOut.filter(({ reason }) => reason === 'submodule').map(({ path }) => toText(path));
}
