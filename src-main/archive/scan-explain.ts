import { resolve } from 'node:path';
import { fromText, toText } from './byte-path.ts';
import type { Rule } from './ignore-rules.ts';
import { openRoot, type ScanOptions, walkOptions } from './scan.ts';
import { type Decision, Walk } from './walk.ts';
import type { LeftOutEntry } from './walk-left-out.ts';

/** Why one path of a folder is sent or not. Paths as the user reads them. */
export interface Explanation {
  readonly path: string;
  readonly kind: LeftOutEntry['kind'];
  /**
   * `partly`: a folder that is left out, but for what git tracks or the user named in it. `empty`: a folder that is not
   * left out, but nothing in it is sent, and git keeps no empty folders.
   */
  readonly outcome: 'sent' | 'left-out' | 'partly' | 'empty';
  /** Why it is left out; null when it is sent. */
  readonly reason: LeftOutEntry['reason'] | null;
  /** The rule that leaves it out, or the negated one that brings it back; null when none has anything to say. */
  readonly rule: Rule | null;
  /** The entry that the rule speaks of: the path itself, or the folder above with which it is left out. */
  readonly decidedBy: string;
  /** The rule of git in spite of which it is sent, since git tracks it. */
  readonly trackedAgainst: Rule | null;
  /** It, or a folder above it, was named to be sent all the same. */
  readonly forced: boolean;
  /** What is sent of it. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * Asks the walk itself about one path (relative to `folder`), with the options of a scan; null if there is no such entry.
 * @throws as scanFolder does for a folder that cannot be scanned.
 */
export async function explainPath(folder: string, path: string, options: ScanOptions = {}): Promise<Explanation | null> {
  const realRoot = await openRoot(resolve(folder));
  const only = fromText(path);
  const decisions: Decision[] = [];
  const onDecision = (decision: Decision): void => {
    if (only === decision.path || only.startsWith(`${decision.path}/`)) decisions.push(decision);
  };
  const walk = new Walk(realRoot, { ...walkOptions(realRoot, options), only, onDecision });
  walk.run(() => false);
  const outside = walk.leftOut.find((entry) => only === entry.path || only.startsWith(`${entry.path}/`));
  const last = decisions.at(-1);
  if (outside !== undefined) {
    const brokenOff = { files: 0, bytes: 0, trackedAgainst: null, forced: last?.forced === true };
    return {
      path,
      outcome: 'left-out',
      kind: outside.kind,
      reason: outside.reason,
      rule: outside.rule,
      decidedBy: toText(outside.path),
      ...brokenOff,
    };
  }
  if (last === undefined || last.path !== only) return null;
  return {
    path,
    kind: last.kind,
    outcome: entered(last, walk.files),
    reason: null,
    rule: last.verdict?.rule ?? null,
    decidedBy: path,
    trackedAgainst: last.tracked ? (last.ofGit?.rule ?? null) : null,
    forced: last.forced,
    files: walk.files,
    bytes: walk.bytes,
  };
}

function entered({ verdict }: Decision, files: number): Explanation['outcome'] {
  if (verdict?.ignored === true) return files > 0 ? 'partly' : 'left-out';
  return files > 0 ? 'sent' : 'empty';
}
