import { describe, expect, it } from 'vitest';
import { type KeyPress, pressed, shownKeys } from './keys.ts';

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...modifiers,
});

describe('shortcuts', () => {
  it('are shown as the system names its keys', () => {
    expect(shownKeys('Mod+Shift+P', false)).toBe('Ctrl Shift P');
    expect(shownKeys('Mod+Shift+P', true)).toBe('⌘⇧P');
    expect(shownKeys('Alt+Left', false)).toBe('Alt ←');
  });

  it('need exactly their modifiers', () => {
    expect(pressed(press('k', { ctrlKey: true }), 'Mod+K', false)).toBe(true);
    expect(pressed(press('K', { ctrlKey: true, shiftKey: true }), 'Mod+K', false)).toBe(false);
    expect(pressed(press('k', { ctrlKey: true, altKey: true }), 'Mod+K', false)).toBe(false);
    expect(pressed(press('k'), 'Mod+K', false)).toBe(false);
    expect(pressed(press('ArrowLeft', { altKey: true }), 'Alt+Left', false)).toBe(true);
  });

  it('take Command on a Mac and leave Control to the text there', () => {
    expect(pressed(press('k', { metaKey: true }), 'Mod+K', true)).toBe(true);
    expect(pressed(press('k', { ctrlKey: true }), 'Mod+K', true)).toBe(false);
    expect(pressed(press('k', { metaKey: true }), 'Mod+K', false)).toBe(false);
  });
});
