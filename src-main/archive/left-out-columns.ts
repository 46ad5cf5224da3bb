import type { Rule } from './ignore-rules.ts';
import type { EntryType } from './walk-folder.ts';
import type { LeftOutEntry } from './walk-left-out.ts';

/** What was left out as it crosses to another thread, which takes as long for 20,000 objects as for all the rest. */
export interface LeftOutColumns {
  /** Joined by NUL, which no path can hold. */
  readonly paths: string;
  readonly kinds: Uint8Array;
  readonly reasons: Uint8Array;
  /** NaN where nobody looked. */
  readonly bytes: Float64Array;
  /** Places in {@link all}; -1 for none. */
  readonly rules: Int32Array;
  readonly all: readonly Rule[];
}

const kindNumbers: Readonly<Record<EntryType, number>> = { file: 0, directory: 1, link: 2, other: 3 };
const kinds = Object.keys(kindNumbers) as EntryType[];
type Reason = LeftOutEntry['reason'];
const reasonNumbers: Readonly<Record<Reason, number>> = { ignored: 0, secret: 1, special: 2, repository: 3, unreadable: 4, submodule: 5 };
const reasons = Object.keys(reasonNumbers) as Reason[];

export function toColumns(entries: readonly LeftOutEntry[]): LeftOutColumns {
  const places = new Map<Rule, number>();
  const placeOf = (rule: Rule | null): number => {
    if (rule === null) return -1;
    const place = places.get(rule) ?? places.size;
    places.set(rule, place);
    return place;
  };
  return {
    paths: entries.map(({ path }) => path).join('\0'),
    kinds: Uint8Array.from(entries, ({ kind }) => kindNumbers[kind]),
    reasons: Uint8Array.from(entries, ({ reason }) => reasonNumbers[reason]),
    bytes: Float64Array.from(entries, ({ bytes }) => bytes ?? Number.NaN),
    rules: Int32Array.from(entries, ({ rule }) => placeOf(rule)),
    all: [...places.keys()],
  };
}

export function fromColumns({ paths, kinds: ofRows, reasons: why, bytes, rules, all }: LeftOutColumns): LeftOutEntry[] {
  const split = paths.split('\0');
  return Array.from(ofRows, (kind, row) => {
    const size = bytes[row] ?? Number.NaN;
    return {
      path: split[row] ?? '',
      kind: kinds[kind] ?? 'other',
      reason: reasons[why[row] ?? 0] ?? 'ignored',
      rule: all[rules[row] ?? -1] ?? null,
      bytes: Number.isNaN(size) ? null : size,
    };
  });
}
