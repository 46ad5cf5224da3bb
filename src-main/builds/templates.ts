import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type TemplateName = 'node' | 'node-static' | 'static' | 'python' | 'go' | 'php';

/** What a template may use: text for `{{name}}`, and for `{{if name}}` whether it is there. Null and false are not. */
export type TemplateValues = Readonly<Record<string, string | boolean | null>>;

/**
 * The folder of the templates: `resources/dockerfiles`, found upwards from this file. The sources, the window's bundle
 * (packed or not) and the command line all lie below the folder that holds `resources`, at different depths.
 */
export function templatesFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'resources', 'dockerfiles');
    if (existsSync(candidate)) return candidate;
    const above = dirname(folder);
    if (above === folder) throw new Error('The Dockerfile templates (resources/dockerfiles) are missing from this installation');
    folder = above;
  }
}

/** The Dockerfile for these values. Throws if the template asks for a value that is not given, or one spans lines. */
export async function renderTemplate(name: TemplateName, values: TemplateValues, folder: string = templatesFolder()): Promise<string> {
  const text = await readFile(join(folder, `${name}.Dockerfile`), 'utf8');
  if (!text.includes('{{nginx}}')) return fillTemplate(text, values);
  const fragment = await readFile(join(folder, 'nginx.fragment'), 'utf8');
  return fillTemplate(
    text.replace('{{nginx}}\n', () => fragment),
    values,
  );
}

/** Pure part of {@link renderTemplate}: `{{name}}` inside a line, `{{if name}}`, `{{else}}` and `{{end}}` on lines of their own. */
export function fillTemplate(text: string, values: TemplateValues): string {
  const shown: boolean[] = [];
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const condition = /^\{\{if (\w+)\}\}$/.exec(line);
    if (condition) shown.push(isGiven(values[condition[1] ?? '']));
    else if (line === '{{else}}') shown.push(!shown.pop());
    else if (line === '{{end}}') shown.pop();
    else if (shown.every(Boolean)) lines.push(line.replace(/\{\{(\w+)\}\}/g, (_, name: string) => oneLine(name, values[name])));
  }
  return lines.join('\n');
}

function isGiven(value: string | boolean | null | undefined): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

/** A line end in a value would begin another instruction. */
function oneLine(name: string, value: string | boolean | null | undefined): string {
  if (typeof value !== 'string') throw new Error(`The template needs a value for ${name}`);
  if (/[\r\n\u2028\u2029]/.test(value)) throw new Error(`The value for ${name} spans lines`);
  return value;
}
