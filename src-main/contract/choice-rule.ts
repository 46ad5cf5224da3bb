/**
 * What a choice of files is written as. Apart from the models, so that the archive's thread starts without the schema library.
 */

/** The `file` of a rule that is a pattern of the user's choices. */
export const choiceRuleFile = 'choice';

/**
 * The pattern that leaves out exactly this entry, in the dialect of `.gitignore`: from the root, every character that means
 * something there escaped. U+FFFD stands for bytes that are no text, which only a wildcard can name.
 */
export function patternOf(path: string, isFolder: boolean): string {
  const escaped = path
    .replace(/[\\*?[\]]/g, '\\$&')
    .replace(/\uFFFD+/g, '*')
    .replace(/ +$/, (spaces) => '\\ '.repeat(spaces.length));
  return `/${escaped}${isFolder ? '/' : ''}`;
}

/** A path to be sent all the same, as the scan shows it: no `./` or `/` in front, no slash at the end. */
export function plainPath(path: string): string {
  return path.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
}
