/** A line longer than this is no progress message and no event; it is cut out rather than kept in memory. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Lines of a stream of JSON documents, one a line, as text. A character that is split between two chunks arrives whole.
 * Reading slowly slows the stream down.
 */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
    if (rest.length > LONGEST_LINE) rest = '';
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest;
}
