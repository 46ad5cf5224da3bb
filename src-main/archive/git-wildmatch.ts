import { readBracket } from './bracket.ts';
import { foldCase } from './byte-path.ts';

/**
 * Git's wildmatch.c with WM_PATHNAME, for the conditions of config files, which match whole paths and branch names.
 * (Ignore rules go through {@link IgnoreRules}.) Byte strings.
 */
export function wildmatch(pattern: string, text: string, fold: boolean): boolean {
  return match(pattern, 0, fold ? foldCase(text) : text, 0, fold);
}

function match(pattern: string, patternStart: number, text: string, textStart: number, fold: boolean): boolean {
  let at = textStart;
  let index = patternStart;
  for (; index < pattern.length; index++, at++) {
    const char = pattern.charAt(index);
    if (char === '*') return matchStars(pattern, index, text, at, fold);
    if (at >= text.length) return false;
    if (char === '?') {
      if (text[at] === '/') return false;
    } else if (char === '[') {
      const bracket = readBracket(pattern, index, fold);
      if (bracket?.matches[text.charCodeAt(at)] !== true) return false;
      index = bracket.end - 1;
    } else {
      const wanted = char === '\\' ? pattern.charAt(++index) : fold ? foldCase(char) : char;
      if (wanted !== text[at]) return false;
    }
  }
  return at === text.length;
}

function matchStars(pattern: string, start: number, text: string, textStart: number, fold: boolean): boolean {
  let end = start;
  while (pattern[end] === '*') end++;
  const begins = start === 0 || pattern[start - 1] === '/';
  const ends = end === pattern.length || pattern[end] === '/' || (pattern[end] === '\\' && pattern[end + 1] === '/');
  const crosses = end - start >= 2 && begins && ends;
  if (crosses && pattern[end] === '/' && match(pattern, end + 1, text, textStart, fold)) return true;
  for (let at = textStart; at <= text.length; at++) {
    if (match(pattern, end, text, at, fold)) return true;
    if (!crosses && text[at] === '/') return false;
  }
  return false;
}
