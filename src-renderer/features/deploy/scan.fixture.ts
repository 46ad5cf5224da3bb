import {
  type FolderInspection,
  joinPaths,
  type LeftOut,
  noChoices,
  rowCode,
  type ScanEntry,
  type ScanPreview,
} from '../../../src-main/contract/index.ts';

/** A scan as it crosses to the window, of the given entries. Folders are listed with the sums of what is below them. */
export function scanOf(
  entries: readonly Partial<ScanEntry>[],
  leftOut: readonly LeftOut[] = [],
  change: Partial<ScanPreview> = {},
): ScanPreview {
  const rows = entries.map((entry) => ({ path: '', kind: 'file' as const, bytes: 0, trackedIgnored: false, ...entry }));
  const files = rows.filter((row) => row.kind !== 'directory');
  const below = (folder: string): typeof files => files.filter((row) => row.path.startsWith(`${folder}/`));
  const sizes = (all: typeof files): number => all.reduce((sum, row) => sum + row.bytes, 0);
  return {
    root: '/code/blog',
    files: files.length,
    directories: rows.length - files.length,
    bytes: sizes(files),
    sent: {
      paths: joinPaths(rows.map((row) => row.path)),
      codes: Uint8Array.from(rows, (row) => rowCode(row.kind, null, row.trackedIgnored)),
      bytes: Float64Array.from(rows, (row) => (row.kind === 'directory' ? sizes(below(row.path)) : row.bytes)),
      files: Uint32Array.from(rows, (row) => (row.kind === 'directory' ? below(row.path).length : 1)),
    },
    leftOut: {
      paths: joinPaths(leftOut.map((entry) => entry.path)),
      codes: Uint8Array.from(leftOut, (entry) => rowCode(entry.kind, entry.reason, false)),
      bytes: Float64Array.from(leftOut, (entry) => entry.bytes ?? Number.NaN),
      rules: Int32Array.from(leftOut, (entry, at) => (entry.rule === null ? -1 : at)),
    },
    rules: leftOut.map((entry) => entry.rule ?? { file: '', line: 0, pattern: '' }),
    leftOutCount: leftOut.length,
    secretsSent: [],
    biggest: files.toSorted((one, other) => other.bytes - one.bytes).slice(0, 3),
    durationMs: 1,
    ...change,
  };
}

export function inspectionOf(scan: ScanPreview, change: Partial<FolderInspection> = {}): FolderInspection {
  return {
    scan,
    build: { origin: 'proposed', language: 'node', label: 'Node', reasons: [], dockerfile: 'FROM node:20\n', port: 3000 },
    suggestedName: 'shop',
    choices: noChoices,
    lastTarget: null,
    ...change,
  };
}

export function ignored(path: string, kind: LeftOut['kind'] = 'directory', file = '.gitignore'): LeftOut {
  return { path, kind, reason: 'ignored', rule: { file, line: 3, pattern: path }, bytes: null };
}

export function secret(path: string): LeftOut {
  return { path, kind: 'file', reason: 'secret', rule: { file: '', line: 0, pattern: 'private key' }, bytes: 1700 };
}
