/**
 * Says in no time of most names that no rule about names can match them, so that they are not asked about one by one: the
 * package remembers every question for ever, which costs more than the answer. Only plain rules are understood (`name`,
 * `*.end`, `start*`, `start*end`); with any other, every name has to be asked about.
 */
export class NameFilter {
  readonly #exact = new Set<string>();
  readonly #ends: string[] = [];
  readonly #starts: string[] = [];
  #isOpen = false;

  /** `glob` as the package gets it, with a slash behind it when it is about folders only. */
  add(glob: string): void {
    const plain = /^([A-Za-z0-9_.-]*)(\*?)([A-Za-z0-9_.-]*)\/?$/.exec(glob);
    const [, start = '', star, end = ''] = plain ?? [];
    if (plain !== null && star === '') this.#exact.add(start);
    else if (end !== '') this.#ends.push(end);
    else if (start !== '') this.#starts.push(start);
    else this.#isOpen = true;
  }

  mayMatch(name: string): boolean {
    if (this.#isOpen || this.#exact.has(name)) return true;
    for (const end of this.#ends) if (name.endsWith(end)) return true;
    for (const start of this.#starts) if (name.startsWith(start)) return true;
    return false;
  }
}
