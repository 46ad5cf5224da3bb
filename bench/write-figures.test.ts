import { expect, test } from 'vitest';
import { replaceMarked, replaceSection } from './write-figures.ts';

const document = '# Figures\n\nHead.\n\n## one\n\nold\n\n### part\n\n## two\n\nkept\n';

test('a section is replaced up to the next one, also the last', () => {
  expect(replaceSection(document, 'one', 'new')).toBe('# Figures\n\nHead.\n\n## one\n\nnew\n\n## two\n\nkept\n');
  expect(replaceSection(document, 'two', 'new\n')).toBe(document.replace('kept', 'new'));
});

test('a section that is not there is put behind the others', () => {
  expect(replaceSection(document, 'three', 'new')).toBe(`${document}\n## three\n\nnew\n`);
});

test('what stands between the marks of a name is replaced, and nothing without them', () => {
  const readme = 'a\n\n<!-- figures of one -->\nold\n<!-- end -->\n\nb <!-- end -->';
  expect(replaceMarked(readme, 'one', 'new')).toBe('a\n\n<!-- figures of one -->\n\nnew\n\n<!-- end -->\n\nb <!-- end -->');
  expect(replaceMarked(readme, 'two', 'new')).toBe(readme);
});
