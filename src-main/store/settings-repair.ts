import { basename } from 'node:path';
import { describeDocument, emptyDocument, readSettings, type SettingsDocument, settingsVersion } from './settings-document.ts';
import { moveAside, readText, type SettingsPaths, writeTextDurably } from './settings-file.ts';

export interface Repair {
  readonly document: SettingsDocument;
  /** The file's format when a newer Longshore wrote it: then it must not be written. */
  readonly newer: number | null;
  /** What was wrong and what was restored, one sentence each; empty when all was well. */
  readonly said: readonly string[];
}

/**
 * Reads the settings and leaves a sound file behind, under the lock: a broken file is kept under another name and replaced
 * by the last good copy, else by the parts of it that are sound, else by empty settings. A good file becomes the copy.
 */
export function repairSettings(paths: SettingsPaths, now: Date): Repair {
  const text = readText(paths.file);
  const copy = readText(paths.copy);
  const fromCopy = copy === null ? null : readSettings(copy);

  if (text === null) {
    if (fromCopy?.kind !== 'good' || copy === null) return replace(paths, emptyDocument(), []);
    return replace(paths, fromCopy.document, [
      `${basename(paths.file)} was missing: ${describeDocument(fromCopy.document)} were restored from the last good copy.`,
    ]);
  }
  const read = readSettings(text);
  if (read.kind === 'good') {
    if (text !== copy) writeTextDurably(paths.copy, text);
    return { document: read.document, newer: null, said: [] };
  }
  if (read.kind === 'newer') {
    const said = `The settings were written by a newer Longshore (format ${read.version}, this one knows ${settingsVersion}): they are read, and nothing is changed until it is updated.`;
    return { document: read.document, newer: read.version, said: [said] };
  }
  const broken = basename(moveAside(paths.file, now));
  const was = `${basename(paths.file)} was broken (${read.reason}) and is kept as ${broken}:`;
  if (fromCopy?.kind === 'good')
    return replace(paths, fromCopy.document, [`${was} ${describeDocument(fromCopy.document)} were restored from the last good copy.`]);
  if (read.salvage) return replace(paths, read.salvage, [`${was} what was sound in it, ${describeDocument(read.salvage)}, was kept.`]);
  return replace(paths, emptyDocument(), [`${was} there was no good copy, so Longshore starts with empty settings.`]);
}

function replace(paths: SettingsPaths, document: SettingsDocument, said: readonly string[]): Repair {
  const text = `${JSON.stringify(document, null, '\t')}\n`;
  writeTextDurably(paths.file, text);
  writeTextDurably(paths.copy, text);
  return { document, newer: null, said };
}
