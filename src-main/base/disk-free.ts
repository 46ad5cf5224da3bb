/** Available bytes in the output of POSIX `df -P -k`, by its last line: the fourth column, in units of 1024. Null where there are none. */
export function parseFree(output: string): number | null {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const match = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(line);
  return match ? Number(match[1]) * 1024 : null;
}

/** Whether a program or the kernel says in these words that there is no room left on a disk. */
export function saysDiskFull(words: string): boolean {
  return /no space left on device|disk quota exceeded/i.test(words);
}
