/**
 * How well a choice fits what was typed, 0 for not at all. Only its keywords count, the first of which is its label: a value is an
 * id and would match by accident. The beginning of the label is best, then of one of its words, then anything it holds.
 */
export function rank(_value: string, typed: string, keywords: readonly string[] = []): number {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return 1;
  const scores = wanted
    .split(/\s+/)
    .map((word) => Math.max(0, ...keywords.map((keyword, at) => score(keyword.toLowerCase(), word) * (at === 0 ? 1 : 0.7))));
  if (scores.some((one) => one === 0)) return 0;
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;
}

function score(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return text.length === word.length ? 1 : 0.9;
  return /[\s.\-_/]/.test(text.charAt(at - 1)) ? 0.7 : 0.4;
}

/** The folder's path, where what was typed is one: absolute, in the home folder, or on a drive of Windows. Null otherwise. */
export function typedPath(text: string): string | null {
  const path = text.trim();
  return /^(\/|~\/|~$|[A-Za-z]:[\\/]|\\\\)/.test(path) ? path : null;
}
