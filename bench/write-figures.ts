import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Puts the figures of one benchmark into docs/figures.md, in the place of its section or behind the others. */
export async function writeFigures(name: string, figures: string): Promise<void> {
  const file = resolve('docs/figures.md');
  await writeFile(file, replaceSection(await readFile(file, 'utf8'), name, figures));
}

/** The document with another section of that name (a heading of the second level and all until the next). */
export function replaceSection(document: string, name: string, content: string): string {
  const section = `## ${name}\n\n${content.trim()}\n`;
  const lines = document.trimEnd().split('\n');
  const start = lines.indexOf(`## ${name}`);
  if (start < 0) return `${lines.join('\n')}\n\n${section}`;
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  const after = length < 0 ? [] : ['', ...lines.slice(start + 1 + length)];
  return [...lines.slice(0, start), section.trimEnd(), ...after, ''].join('\n');
}
