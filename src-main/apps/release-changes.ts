import {
  bytesInWords,
  counted,
  type ReleaseChange,
  type ReleaseComparison,
  type ReleaseIdentity,
  type ReleaseRecord,
  settingsChanges,
} from '../contract/index.ts';

/**
 * What differs between two releases of an app, the way from one to the other. The image comes first, then where it came from, then the
 * settings, then who made it. Of variables it has the names alone.
 */
export function compareReleases(from: ReleaseRecord, to: ReleaseRecord): ReleaseComparison {
  return {
    app: to.app,
    from: identityOf(from),
    to: identityOf(to),
    changes: [
      ...changed('image', 'Image', from.image, to.image, shortImage),
      ...sourceChange(from.source, to.source),
      ...changed('build', 'Dockerfile', from.build, to.build, dockerfileInWords),
      ...settingsChanges(from.settings, to.settings),
      ...changed('by', 'Made by', from.by, to.by, (by) => by),
    ],
  };
}

function identityOf({ number, image, source, build, by, createdAt }: ReleaseRecord): ReleaseIdentity {
  return { number, image, source, build, by, createdAt };
}

function changed(field: ReleaseChange['field'], what: string, from: string, to: string, words: (value: string) => string): ReleaseChange[] {
  if (from === to) return [];
  return [{ field, how: 'changed', name: null, from, to, what, text: `${words(from)} → ${words(to)}` }];
}

/** By what was packed and not by the folder's path: the same project lies elsewhere on another computer. */
function sourceChange(from: ReleaseRecord['source'], to: ReleaseRecord['source']): ReleaseChange[] {
  const [before, after] = [from?.hash ?? null, to?.hash ?? null];
  if (before === after) return [];
  const how = before === null ? 'added' : after === null ? 'removed' : 'changed';
  const [old, now] = [sizeInWords(from), sizeInWords(to)];
  const text = old === now ? `other content, ${now} as before` : `${old} → ${now}`;
  return [{ field: 'source', how, name: null, from: before, to: after, what: 'Source', text }];
}

function sizeInWords(source: ReleaseRecord['source']): string {
  return source === null ? 'no folder' : `${counted(source.files, 'file')}, ${bytesInWords(source.bytes)}`;
}

/** As Docker shortens an image's id. */
function shortImage(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** `build` of a record is what `builds` names it: a file's name, or the language that one was proposed for. */
function dockerfileInWords(build: string): string {
  if (build === 'Dockerfile') return 'the folder’s own';
  if (build === 'edited Dockerfile') return 'edited';
  return `proposed for ${build}`;
}
