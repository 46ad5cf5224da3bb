import { imageTag, parseImageTag, type ReleaseEntry } from '../apps/index.ts';
import { ExpectedError, type ReleaseRecord } from '../contract/index.ts';
import type { ImageSummary } from '../docker/types.ts';

/** How many release records an app keeps for its history, with or without an image. */
const mostRecords = 50;

/** What an app no longer needs. */
export interface Superfluous {
  readonly tags: readonly string[];
  readonly records: readonly ReleaseEntry[];
}

/**
 * Which image tags and records of an app go once release `live` serves: the `keep` newest others that served keep theirs for a
 * rollback. Tags hold images: one that several releases share stays as long as any of them keeps its tag.
 */
export function superfluous(
  app: string,
  records: readonly ReleaseEntry[],
  images: readonly ImageSummary[],
  live: number | null,
  keep: number,
): Superfluous {
  const newestFirst = [...records].sort((one, other) => other.record.number - one.record.number);
  const present = new Set(images.map((image) => image.id));
  const kept = newestFirst
    .filter((entry) => entry.outcome === 'served' && entry.record.number !== live && present.has(entry.record.image))
    .slice(0, keep)
    .map((entry) => entry.record.number);
  const needed = new Set([...kept, ...(live === null ? [] : [live])]);
  return {
    tags: images
      .flatMap((image) => image.tags)
      .filter((tag) => {
        const ours = parseImageTag(tag);
        return ours?.app === app && !needed.has(ours.release);
      }),
    records: newestFirst.slice(mostRecords).filter((entry) => !needed.has(entry.record.number)),
  };
}

export interface RollbackFrom {
  readonly name: string;
  readonly records: readonly ReleaseEntry[];
  /** The release that serves or was stopped; null for none. */
  readonly current: { readonly release: number; readonly stopped: boolean } | null;
}

/**
 * The release to roll back to: `wanted`, or the newest one that served before the current one. Throws `not-found` or `release-gone`.
 */
export function rollbackTarget(
  { name: app, records, current }: RollbackFrom,
  images: readonly ImageSummary[],
  wanted: number | null,
): ReleaseRecord {
  const present = new Set(images.map((image) => image.id));
  if (wanted === null) {
    const earlier = records
      .filter(
        (entry) => entry.outcome === 'served' && present.has(entry.record.image) && (!current || entry.record.number < current.release),
      )
      .map((entry) => entry.record)
      .sort((one, other) => other.number - one.number)[0];
    if (earlier) return earlier;
    throw new ExpectedError('release-gone', `${app} has no earlier release to roll back to`, {
      next: 'Deploy the version that you want, or choose a release by its number.',
    });
  }
  const entry = records.find((each) => each.record.number === wanted);
  if (!entry) throw new ExpectedError('not-found', `${app} has no release ${wanted}`, { next: 'Look at the list of its releases.' });
  if (wanted === current?.release && !current.stopped)
    throw new ExpectedError('invalid-input', `Release ${wanted} of ${app} is the one that serves now`);
  if (entry.outcome === 'failed') {
    throw new ExpectedError('release-gone', `Release ${wanted} of ${app} never served: ${entry.note}`, { next: 'Choose one that did.' });
  }
  if (!present.has(entry.record.image)) {
    throw new ExpectedError('release-gone', `The image of release ${wanted} of ${app} is no longer on the server`, {
      next: `Deploy it again from its source. ${imageTag(app, wanted)} was removed: only the newest releases keep their image.`,
    });
  }
  return entry.record;
}
