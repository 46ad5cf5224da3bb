/**
 * Folder to archive: finds out what git would keep of a folder and packs it as one tar stream, the same bytes for the
 * same tree. Works on bytes, not on text, for names. Knows nothing of servers, Docker or languages, and changes nothing
 * in the folder.
 */
import { archiver } from './archiver.ts';

export { toText } from './byte-path.ts';
export { missingPaths } from './named-paths.ts';
export type { PackResult } from './pack.ts';
export { toScanPreview } from './preview.ts';
export { type Scan, scanEntries, scanPaths } from './scan.ts';
export { type Explanation, explainPath } from './scan-explain.ts';
export { heldBack, notCheckedOut } from './scan-held-back.ts';

export const { scanFolder, scanFolderToChoose, scanAnyFolder, packFolder, warmUp: warmUpArchive } = archiver;
