/** What the index of a repository tracks. Paths are byte strings relative to the repository, in the index's (byte) order. */
export interface TrackedFiles {
  has(path: string): boolean;
  /** True when something below the folder is tracked. */
  hasBelow(folder: string): boolean;
}

export const nothingTracked: TrackedFiles = { has: () => false, hasBelow: () => false };

/**
 * Reads `.git/index`, versions 2 to 4 (gitformat-index(5)); null if it is not one, or is split over several files.
 * `hashLength` is 20, or 32 in a repository with SHA-256 names.
 */
export function parseIndex(content: Buffer, hashLength = 20): TrackedFiles | null {
  if (content.length < 12 || content.toString('latin1', 0, 4) !== 'DIRC') return null;
  const version = content.readUInt32BE(4);
  if (version < 2 || version > 4) return null;
  const count = content.readUInt32BE(8);
  const paths: string[] = [];
  let offset = 12;
  let previous = '';
  for (let entry = 0; entry < count; entry++) {
    const start = offset;
    const flagsAt = offset + 40 + hashLength;
    if (flagsAt + 2 > content.length) return null;
    const extended = version >= 3 && (content.readUInt16BE(flagsAt) & 0x4000) !== 0;
    offset = flagsAt + (extended ? 4 : 2);
    let kept = '';
    if (version === 4) {
      const removed = readOffset(content, offset);
      kept = previous.slice(0, previous.length - removed.value);
      offset = removed.end;
    }
    const nul = content.indexOf(0, offset);
    if (nul < 0) return null;
    const path = kept + content.toString('latin1', offset, nul);
    // Entries of versions 2 and 3 are padded with 1 to 8 NULs to a multiple of eight.
    offset = version === 4 ? nul + 1 : start + (Math.floor((nul - start) / 8) + 1) * 8;
    // A path in conflict has up to three entries.
    if (path !== previous || entry === 0) paths.push(path);
    previous = path;
  }
  if (isSplit(content, offset, hashLength)) return null;
  return searchSorted(paths);
}

/** The variable width number of pack files and of index version 4. */
function readOffset(content: Buffer, start: number): { value: number; end: number } {
  let end = start;
  let byte = content[end++] ?? 0;
  let value = byte & 127;
  while ((byte & 128) !== 0) {
    byte = content[end++] ?? 0;
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, end };
}

function isSplit(content: Buffer, start: number, hashLength: number): boolean {
  let offset = start;
  while (offset + 8 <= content.length - hashLength) {
    if (content.toString('latin1', offset, offset + 4) === 'link') return true;
    offset += 8 + content.readUInt32BE(offset + 4);
  }
  return false;
}

function searchSorted(paths: readonly string[]): TrackedFiles {
  const firstNotBefore = (wanted: string): string | undefined => {
    let low = 0;
    let high = paths.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((paths[middle] ?? '') < wanted) low = middle + 1;
      else high = middle;
    }
    return paths[low];
  };
  return {
    has: (path) => firstNotBefore(path) === path,
    hasBelow: (folder) => firstNotBefore(`${folder}/`)?.startsWith(`${folder}/`) ?? false,
  };
}
