const HIDDEN = '<hidden>';
/** What by its name keeps a secret: a header, a variable, a word before a value. */
const TELLING =
  '[\\w.-]*(?:authorization|passw|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|cookie|bearer)[\\w.-]*';

/**
 * A line of a configuration, whoever wrote it, as it may be shown and copied: passwords and their hashes, logins of the statistics page,
 * variables of the environment, and the values of headers that by their name are secret are left out.
 */
export function withoutSecrets(line: string): string {
  if (/^\s*user\s/.test(line)) return line.replace(/\s(password|insecure-password)\s+\S+/g, ` $1 ${HIDDEN}`);
  if (/^\s*(setenv|presetenv)\s/.test(line)) return line.replace(/^(\s*\S+\s+\S+)\s.*$/, `$1 ${HIDDEN}`);
  if (/^\s*stats\s+auth\s/.test(line)) return line.replace(/^(\s*stats\s+auth)\s.*$/, `$1 ${HIDDEN}`);
  // Names no value, or the name of a list.
  if (/\bdel-header\s/.test(line) || /^\s*http-request auth realm \S+ if /.test(line)) return line;
  return line.replace(new RegExp(`^(.*?${TELLING}\\S*)\\s.*$`, 'i'), `$1 ${HIDDEN}`);
}
