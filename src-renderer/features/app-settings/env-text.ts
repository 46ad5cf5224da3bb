import { environmentName } from '../../../src-main/contract/index.ts';

/** One line of the environment editor. `id` stays while name and value change, so that a row keeps its focus. */
export interface EnvRow {
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

export interface EnvTextResult {
  readonly pairs: readonly { readonly name: string; readonly value: string }[];
  /** Lines that are neither a pair nor a comment, by their number from 1. */
  readonly skipped: readonly { readonly line: number; readonly text: string }[];
}

/**
 * Reads `.env` text the way `dotenv` and `docker --env-file` users write it: NAME=value, `export` before it, # comments, values in
 * single quotes (literal), double quotes (\n, \t, \", \\ are read) or backticks, quoted values over several lines. Nothing is expanded.
 */
export function parseEnvText(text: string): EnvTextResult {
  const pairs: { name: string; value: string }[] = [];
  const skipped: { line: number; text: string }[] = [];
  const source = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line);
    if (match === null) {
      skipped.push({ line: at + 1, text: line.trim() });
      continue;
    }
    const [, name = '', rest = ''] = match;
    const quoted = readQuoted([rest, ...lines.slice(at + 1)]);
    if (quoted === null) pairs.push({ name, value: rest.replace(/\s+#.*$/, '').trim() });
    else {
      pairs.push({ name, value: quoted.value });
      at += quoted.moreLines;
    }
  }
  return { pairs, skipped };
}

/** A value in quotes, which may go over several lines; null when it is not quoted or the quote never ends. */
function readQuoted(lines: readonly string[]): { value: string; moreLines: number } | null {
  const quote = lines[0]?.[0];
  if (quote !== '"' && quote !== "'" && quote !== '`') return null;
  const text = lines.join('\n');
  for (let at = 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      const inside = text.slice(1, at);
      return { value: quote === '"' ? readEscapes(inside) : inside, moreLines: inside.split('\n').length - 1 };
    }
  }
  return null;
}

function readEscapes(inside: string): string {
  return inside.replace(/\\([nrt"\\$])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter);
}

/** Whether a paste into a name or value is a piece of a `.env` file rather than one value. */
export function looksLikeEnvText(text: string): boolean {
  return /^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=/.test(text) && parseEnvText(text).pairs.length > 0;
}

let lastId = 0;

export function envRow(name: string, value: string): EnvRow {
  lastId += 1;
  return { id: `env-${lastId}`, name, value };
}

export function envRows(environment: Readonly<Record<string, string>>): readonly EnvRow[] {
  return Object.entries(environment).map(([name, value]) => envRow(name, value));
}

/** Adds pairs to the rows; a name that is there gets the new value, empty rows go. */
export function mergeEnv(rows: readonly EnvRow[], pairs: EnvTextResult['pairs']): readonly EnvRow[] {
  const merged = rows.filter((row) => row.name !== '' || row.value !== '');
  for (const pair of pairs) {
    const at = merged.findIndex((row) => row.name === pair.name);
    const before = merged[at];
    if (before === undefined) merged.push(envRow(pair.name, pair.value));
    else merged[at] = { ...before, value: pair.value };
  }
  return merged;
}

/** The rows as the contract wants them; rows without a name are left out (they are an error only when they have a value). */
export function envRecord(rows: readonly EnvRow[]): Record<string, string> {
  return Object.fromEntries(rows.filter((row) => row.name !== '').map((row) => [row.name, row.value]));
}

const longestValue = 32_768;

/** What is wrong with each row, by its id. */
export function envErrors(rows: readonly EnvRow[]): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  const seen = new Set<string>();
  for (const row of rows) {
    if (row.name === '') {
      if (row.value !== '') errors[row.id] = 'Give this value a name';
      continue;
    }
    const parsed = environmentName.safeParse(row.name);
    if (!parsed.success) errors[row.id] = parsed.error.issues[0]?.message ?? 'Not a variable name';
    else if (seen.has(row.name)) errors[row.id] = `${row.name} is there twice`;
    else if (row.value.length > longestValue) errors[row.id] = 'A value has at most 32,768 characters';
    seen.add(row.name);
  }
  return errors;
}
