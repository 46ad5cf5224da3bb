import { expect, test } from 'vitest';
import { fillTemplate } from './templates.ts';

test('fills values, and drops lines whose condition does not hold', () => {
  const text = 'a {{x}}\n{{if yes}}\nb\n{{if no}}\nc\n{{else}}\nd\n{{end}}\n{{else}}\ne\n{{end}}\nf';
  expect(fillTemplate(text, { x: '1', yes: true, no: null })).toBe('a 1\nb\nd\nf');
  expect(fillTemplate(text, { x: '1', yes: false, no: true })).toBe('a 1\ne\nf');
});

test('refuses a value that would begin another instruction, and one that is missing', () => {
  expect(() => fillTemplate('RUN {{x}}', { x: 'a\nUSER root' })).toThrow('spans lines');
  expect(() => fillTemplate('RUN {{x}}', {})).toThrow('needs a value');
});
