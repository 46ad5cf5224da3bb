import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/**
 * Puts the figures of one benchmark into docs/figures.md, in the place of its section or behind the others, and the first of
 * its tables into the README where that has a place for it.
 */
export async function writeFigures(name: string, figures: string): Promise<void> {
  await rewrite('docs/figures.md', (document) => replaceSection(document, name, figures));
  await rewrite('README.md', (document) => replaceMarked(document, name, firstTable(figures)));
  // Its tables are to look as the linter wants them.
  await promisify(execFile)('npx', ['biome', 'format', '--write', 'docs/figures.md', 'README.md']);
}

async function rewrite(path: string, change: (document: string) => string): Promise<void> {
  const file = resolve(path);
  await writeFile(file, change(await readFile(file, 'utf8')));
}

/** The document with another content between `<!-- figures of NAME -->` and `<!-- end -->`; as it is where it has none. */
export function replaceMarked(document: string, name: string, content: string): string {
  const start = `<!-- figures of ${name} -->`;
  const from = document.indexOf(start);
  const to = document.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0) return document;
  return `${document.slice(0, from + start.length)}\n\n${content}\n\n${document.slice(to)}`;
}

function firstTable(figures: string): string {
  const lines = figures.split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start, length < 0 ? undefined : start + length).join('\n');
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
