/** About how much a chunk weighs in memory and on the way: bytes of binary data, characters of texts, 8 for any other value. */
export function chunkSize(chunk: unknown): number {
  if (typeof chunk === 'string') return chunk.length;
  if (ArrayBuffer.isView(chunk)) return chunk.byteLength;
  if (Array.isArray(chunk)) return chunk.reduce<number>((sum, item) => sum + chunkSize(item), 8);
  if (typeof chunk === 'object' && chunk !== null) return Object.values(chunk).reduce<number>((sum, item) => sum + chunkSize(item), 8);
  return 8;
}
