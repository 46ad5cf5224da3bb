/**
 * Folder to archive: finds out what git would keep of a folder and packs it as one tar stream, the same bytes for the
 * same tree. Works on bytes, not on text, for names. Knows nothing of servers, Docker or languages, and changes nothing
 * in the folder.
 */
export { type PackResult, packFolderHere as packFolder } from './pack.ts';
export { type Scan, scanEntries, scanFolder, scanFolderToChoose, scanPaths, toScanResult } from './scan.ts';
