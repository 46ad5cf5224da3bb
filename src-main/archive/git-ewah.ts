/**
 * The positions of the set bits of a compressed bitmap as git's files hold it (EWAH, Documentation/technical/bitmap-format):
 * runs of words that are all alike, each followed by words as they are.
 */
export function setBits(content: Buffer): Set<number> {
  const bits = new Set<number>();
  const words = content.length >= 8 ? content.readUInt32BE(4) : 0;
  const end = Math.min(8 + words * 8, content.length - (content.length % 8));
  let position = 0;
  for (let offset = 8; offset + 8 <= end; ) {
    const high = content.readUInt32BE(offset);
    const low = content.readUInt32BE(offset + 4);
    offset += 8;
    const alike = (low >>> 1) + (high & 1) * 2 ** 31;
    if ((low & 1) === 1) for (let bit = 0; bit < alike * 64; bit++) bits.add(position + bit);
    position += alike * 64;
    for (let literals = high >>> 1; literals > 0 && offset + 8 <= end; literals--) {
      for (let bit = 0; bit < 64; bit++) {
        const word = content.readUInt32BE(bit < 32 ? offset + 4 : offset);
        if (((word >>> (bit % 32)) & 1) === 1) bits.add(position + bit);
      }
      position += 64;
      offset += 8;
    }
  }
  return bits;
}

/** How long the bitmap at the beginning of `content` is: its head, its words, and where the last run begins. */
export function bitmapLength(content: Buffer): number {
  return content.length >= 8 ? 8 + content.readUInt32BE(4) * 8 + 4 : content.length;
}
