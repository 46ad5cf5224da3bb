import { z } from 'zod';
import { scanEntry, scanRule } from './source.ts';

/**
 * A scan as it crosses to the window. In columns, because 20,000 objects take many times longer to cross two borders than to
 * find: paths are one string, joined by NUL, which no path can hold; the rest are typed arrays with one place per path.
 */

/** What a code of a row says: its kind in the lowest three bits, for what is left out the reason in the next three, then marks. */
export const rowKinds = ['file', 'link', 'directory', 'other'] as const;
export type RowKind = (typeof rowKinds)[number];
export const leftOutReasons = ['ignored', 'secret', 'special', 'repository', 'unreadable', 'submodule'] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];
const reasonShift = 3;
const trackedIgnoredMark = 64;

export function rowCode(kind: RowKind, reason: LeftOutReason | null, trackedIgnored: boolean): number {
  const reasonBits = reason === null ? 0 : leftOutReasons.indexOf(reason) << reasonShift;
  return rowKinds.indexOf(kind) | reasonBits | (trackedIgnored ? trackedIgnoredMark : 0);
}

export function kindOfCode(code: number): RowKind {
  return rowKinds[code & 7] ?? 'other';
}

export function reasonOfCode(code: number): LeftOutReason {
  return leftOutReasons[(code >> reasonShift) & 7] ?? 'ignored';
}

export function isTrackedIgnored(code: number): boolean {
  return (code & trackedIgnoredMark) !== 0;
}

export function joinPaths(paths: readonly string[]): string {
  return paths.join('\0');
}

export function splitPaths(paths: string): readonly string[] {
  return paths === '' ? [] : paths.split('\0');
}

const columns = { paths: z.string(), codes: z.instanceof(Uint8Array), bytes: z.instanceof(Float64Array) };

export const scanPreview = z.object({
  root: z.string(),
  /** Files and links. */
  files: z.number().int(),
  directories: z.number().int(),
  bytes: z.number(),
  /**
   * What is sent, each folder before what is in it, the upper levels first where there is too much. Bytes and files of a folder
   * are those of all below it, also of what is not listed.
   */
  sent: z.object({ ...columns, files: z.instanceof(Uint32Array) }),
  /** What is not: bytes are NaN where nobody looked; `rules` are places in the list of rules, -1 for none. */
  leftOut: z.object({ ...columns, rules: z.instanceof(Int32Array) }),
  rules: z.array(scanRule),
  /** Everything left out, also what is not listed. */
  leftOutCount: z.number().int(),
  /** Secrets that are sent because the choices say so, and what each looks like. */
  secretsSent: z.array(z.object({ path: z.string(), looksLike: z.string() })),
  biggest: z.array(scanEntry),
  durationMs: z.number(),
});
export type ScanPreview = z.infer<typeof scanPreview>;
