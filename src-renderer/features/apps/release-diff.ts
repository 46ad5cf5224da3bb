import type { Release, ReleaseChange, ReleaseComparison } from '../../../src-main/contract/index.ts';
import { plural } from '../../ui/format.ts';

/** What a release changed, in so few words that they fit into its row: "Code, port, 2 variables". */
export function changesInShort(changes: readonly ReleaseChange[]): string {
  const count = (field: ReleaseChange['field']): number => changes.filter((change) => change.field === field).length;
  const words = [
    count('source') > 0 ? 'code' : count('image') > 0 ? 'image' : '',
    count('build') > 0 ? 'Dockerfile' : '',
    ...changes.filter(({ field }) => !notNamedAlone.has(field)).map(({ what }) => what.toLowerCase()),
    count('environment') > 0 ? plural(count('environment'), 'variable') : '',
    count('domains') > 0 ? plural(count('domains'), 'domain') : '',
  ].filter((word) => word !== '');
  const [first = 'nothing', ...others] = words;
  return [`${first.slice(0, 1).toUpperCase()}${first.slice(1)}`, ...others].join(', ');
}

/** Said in other words above, or beside it in the row. */
const notNamedAlone: ReadonlySet<ReleaseChange['field']> = new Set(['source', 'image', 'build', 'environment', 'domains', 'by']);

/** What going back would change, of which who made the releases is no part: that is said anyway. */
export function changesOfRollBack({ changes }: ReleaseComparison): readonly ReleaseChange[] {
  return changes.filter(({ field }) => field !== 'by');
}

/** The release that "Roll back" without a number goes to: the newest kept one before the live one. */
export function rollBackTarget(releases: readonly Release[]): Release | undefined {
  const live = liveRelease(releases);
  return releases
    .filter((release) => release.state === 'kept' && (live === undefined || release.record.number < live.record.number))
    .sort((one, other) => other.record.number - one.record.number)[0];
}

export function liveRelease(releases: readonly Release[]): Release | undefined {
  return releases.find((release) => release.state === 'live');
}
