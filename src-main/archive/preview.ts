/**
 * The scan as the window shows it: in columns (see the contract), folders with the sums of all below them, and no more rows than
 * a person can scroll through. Pure but for the look at the few secrets that were chosen to be sent.
 */
import { Slices } from '../base/slices.ts';
import { joinPaths, rowCode, type ScanEntry, type ScanPreview, type ScanRule } from '../contract/index.ts';
import { fromText, toText } from './byte-path.ts';
import type { FileTable } from './file-table.ts';
import { entryAt, type Scan } from './scan.ts';
import { secretIn } from './secrets.ts';
import type { LeftOutEntry } from './walk-left-out.ts';

/** How many rows of what is sent cross; the sums of the folders count the others too. */
export const SHOWN_ROWS = 20_000;
const BIGGEST = 100;
/** So many rows take a millisecond or two. */
const ROWS_AT_ONCE = 4096;

/** `include` is what the scan was made with: the secrets in it are named, since the window has to say that they go along. */
export async function toScanPreview(scan: Scan, include: readonly string[], slices = new Slices()): Promise<ScanPreview> {
  const { root, files, directories, bytes, kept, leftOut, leftOutCount, durationMs } = scan;
  const sent = await sentColumns(kept, slices);
  const left = await leftOutColumns(leftOut, slices);
  const secrets = await secretsSent(scan, include, slices);
  const largest = await biggest(kept, slices);
  return {
    root,
    files,
    directories,
    bytes,
    sent,
    ...left,
    leftOutCount,
    secretsSent: secrets,
    biggest: largest,
    durationMs: Math.round(durationMs),
  };
}

/** A loop over rows: after every so many of them others may have their turn. */
async function overRows(length: number, slices: Slices, visit: (row: number) => void): Promise<void> {
  for (let row = 0; row < length; row++) {
    visit(row);
    if (row % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await slices.between();
  }
}

interface Sums {
  readonly bytes: Float64Array;
  readonly files: Uint32Array;
  readonly depths: Uint16Array;
}

async function sentColumns(kept: FileTable, slices: Slices): Promise<ScanPreview['sent']> {
  const sums = await sumFolders(kept, slices);
  const rows = shownRows(kept, sums.depths);
  const paths: string[] = [];
  await overRows(rows.length, slices, (at) => paths.push(kept.textAt(rows[at] ?? 0)));
  return {
    paths: joinPaths(paths),
    codes: Uint8Array.from(rows, (row) => rowCode(kept.kindAt(row), null, kept.isTrackedIgnoredAt(row))),
    bytes: Float64Array.from(rows, (row) => sums.bytes[row] ?? 0),
    files: Uint32Array.from(rows, (row) => sums.files[row] ?? 0),
  };
}

/** Each folder stands before what is in it, so one pass backwards carries every sum to the folder above. */
async function sumFolders(kept: FileTable, slices: Slices): Promise<Sums> {
  const { length } = kept;
  const bytes = new Float64Array(length);
  const files = new Uint32Array(length);
  const depths = new Uint16Array(length);
  const above = new Int32Array(length);
  /** The folder that is open at each depth. */
  const open: number[] = [];
  await overRows(length, slices, (row) => {
    const depth = kept.depthAt(row);
    const isFolder = kept.kindAt(row) === 'directory';
    depths[row] = depth;
    above[row] = depth === 0 ? -1 : (open[depth - 1] ?? -1);
    bytes[row] = kept.bytesAt(row);
    files[row] = isFolder ? 0 : 1;
    if (isFolder) open[depth] = row;
  });
  for (let row = length - 1; row >= 0; row--) {
    const folder = above[row] ?? -1;
    if (folder < 0) continue;
    bytes[folder] = (bytes[folder] ?? 0) + (bytes[row] ?? 0);
    files[folder] = (files[folder] ?? 0) + (files[row] ?? 0);
  }
  return { bytes, files, depths };
}

/** All rows where they fit. Else level by level from the top, and of the level that does not fit the folders before the files. */
function shownRows(kept: FileTable, depths: Uint16Array): readonly number[] {
  if (kept.length <= SHOWN_ROWS) return Array.from({ length: kept.length }, (_, row) => row);
  const ranks = depths.map((depth, row) => depth * 2 + (kept.kindAt(row) === 'directory' ? 0 : 1));
  const perRank = new Uint32Array(1 << 16);
  for (const rank of ranks) perRank[rank] = (perRank[rank] ?? 0) + 1;
  let left = SHOWN_ROWS;
  let cut = 0;
  while (left >= (perRank[cut] ?? 0)) left -= perRank[cut++] ?? 0;
  const rows: number[] = [];
  for (const [row, rank] of ranks.entries()) if (rank < cut || (rank === cut && left-- > 0)) rows.push(row);
  return rows;
}

async function leftOutColumns(leftOut: readonly LeftOutEntry[], slices: Slices): Promise<Pick<ScanPreview, 'leftOut' | 'rules'>> {
  const rules: ScanRule[] = [];
  const placeOf = new Map<string, number>();
  const place = (rule: ScanRule | null): number => {
    if (rule === null) return -1;
    const key = `${rule.line}\0${rule.file}\0${rule.pattern}`;
    const known = placeOf.get(key);
    if (known !== undefined) return known;
    placeOf.set(key, rules.length);
    return rules.push({ file: rule.file, line: rule.line, pattern: rule.pattern }) - 1;
  };
  const paths: string[] = [];
  const codes = new Uint8Array(leftOut.length);
  const bytes = new Float64Array(leftOut.length);
  const places = new Int32Array(leftOut.length);
  await overRows(leftOut.length, slices, (row) => {
    const entry = leftOut[row];
    if (entry === undefined) return;
    paths.push(toText(entry.path));
    codes[row] = rowCode(entry.kind, entry.reason, false);
    bytes[row] = entry.bytes ?? Number.NaN;
    places[row] = place(entry.rule);
  });
  return { leftOut: { paths: joinPaths(paths), codes, bytes, rules: places }, rules };
}

/** The largest files, the largest first. */
async function biggest(kept: FileTable, slices: Slices): Promise<ScanEntry[]> {
  let rows: number[] = [];
  let least = 0;
  const cut = (): void => {
    rows = rows.sort((one, other) => kept.bytesAt(other) - kept.bytesAt(one)).slice(0, BIGGEST);
    if (rows.length === BIGGEST) least = kept.bytesAt(rows[BIGGEST - 1] ?? 0);
  };
  await overRows(kept.length, slices, (row) => {
    if (kept.bytesAt(row) <= least) return;
    rows.push(row);
    if (rows.length === 4 * BIGGEST) cut();
  });
  cut();
  return rows.map((row) => entryAt(kept, row));
}

async function secretsSent({ kept, realRoot }: Scan, include: readonly string[], slices: Slices): Promise<ScanPreview['secretsSent']> {
  if (include.length === 0) return [];
  const chosen = new Set(include);
  const found: { path: string; looksLike: string }[] = [];
  await overRows(kept.length, slices, (row) => {
    if (kept.kindAt(row) !== 'file' || !chosen.has(kept.textAt(row))) return;
    const path = kept.pathAt(row);
    const looksLike = secretIn(path, `${fromText(realRoot)}/${path}`, kept.bytesAt(row));
    if (looksLike !== null) found.push({ path: toText(path), looksLike });
  });
  return found;
}
