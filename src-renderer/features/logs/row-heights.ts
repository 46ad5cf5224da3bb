/**
 * Where rows of different heights stand. Every row has the base height until it was measured; reading and setting cost the logarithm
 * of the number of rows, however many are above (a Fenwick tree of what rows have beyond the base). Rows are named by an ordinal that
 * never changes; rows from the front are forgotten as a log drops them.
 *
 * By hand, because react-virtual works out the place of every row whenever one is added: with 50,000 rows that is a third of the
 * time of a frame in a flood.
 */
export class RowHeights {
  readonly base: number;
  #extras = new Map<number, number>();
  #tree = new Float64Array(1024);
  /** Ordinal that stands at index 0 of the tree. */
  #origin = 0;
  #first = 0;

  constructor(base: number) {
    this.base = base;
  }

  /** Sets a measured height; returns whether it differs from what was known. */
  set(ordinal: number, height: number): boolean {
    const extra = height - this.base;
    const before = this.#extras.get(ordinal) ?? 0;
    if (ordinal < this.#first || extra === before) return false;
    if (extra === 0) this.#extras.delete(ordinal);
    else this.#extras.set(ordinal, extra);
    this.#add(ordinal, extra - before);
    return true;
  }

  /** Pixels between the first row's top and this one's. */
  top(ordinal: number): number {
    return (ordinal - this.#first) * this.base + this.#sum(ordinal) - this.#sum(this.#first);
  }

  /** The row that covers so many pixels below the first row's top; rows go on without end at the base height. */
  at(pixels: number): number {
    const wanted = Math.max(0, pixels) + this.#sum(this.#first) + (this.#first - this.#origin) * this.base;
    let index = 0;
    let above = 0;
    for (let step = this.#tree.length / 2; step >= 1; step /= 2) {
      const next = above + step * this.base + (this.#tree[index + step] ?? 0);
      if (index + step < this.#tree.length && next <= wanted) {
        index += step;
        above = next;
      }
    }
    const beyond = index === this.#tree.length - 1 ? Math.floor((wanted - above) / this.base) : 0;
    return this.#origin + index + beyond;
  }

  /** Forgets the rows before this one. */
  dropBefore(ordinal: number): void {
    if (ordinal <= this.#first) return;
    this.#first = ordinal;
    for (const known of this.#extras.keys()) if (known < ordinal) this.#extras.delete(known);
    // Half of the tree is behind: begin a new one from here.
    if (ordinal - this.#origin > this.#tree.length / 2) this.#rebuild(this.#tree.length);
  }

  /** Forgets every measured height, as when the width has changed. */
  clear(): void {
    this.#extras.clear();
    this.#rebuild(this.#tree.length);
  }

  #rebuild(length: number): void {
    this.#tree = new Float64Array(length);
    this.#origin = this.#first;
    for (const [ordinal, extra] of this.#extras) this.#add(ordinal, extra);
  }

  #add(ordinal: number, amount: number): void {
    const at = ordinal - this.#origin + 1;
    if (at >= this.#tree.length) {
      let length = this.#tree.length;
      while (at >= length) length *= 2;
      this.#rebuild(length);
      return;
    }
    for (let index = at; index < this.#tree.length; index += index & -index) this.#tree[index] = (this.#tree[index] ?? 0) + amount;
  }

  /** What the rows before this one have beyond the base, counted from the tree's origin. */
  #sum(ordinal: number): number {
    let total = 0;
    for (let index = Math.min(ordinal - this.#origin, this.#tree.length - 1); index > 0; index -= index & -index)
      total += this.#tree[index] ?? 0;
    return total;
  }
}
