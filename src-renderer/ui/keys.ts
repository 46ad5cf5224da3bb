/**
 * Shortcuts as text: `Mod+Shift+P`, where Mod is Command on a Mac and Control elsewhere. Pure but for {@link isMac}.
 */
export const isMac: boolean = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);

const macNames: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Left: '←', Right: '→' };
const otherNames: Readonly<Record<string, string>> = { Mod: 'Ctrl', Left: '←', Right: '→' };

/** As it is shown: `Ctrl Shift P`, or `⌘⇧P` on a Mac. */
export function shownKeys(keys: string, mac = isMac): string {
  const names = mac ? macNames : otherNames;
  return keys
    .split('+')
    .map((key) => names[key] ?? key)
    .join(mac ? '' : ' ');
}

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

const keyNames: Readonly<Record<string, string>> = { left: 'arrowleft', right: 'arrowright' };

/** Whether a key press is this shortcut, with these modifiers and no others. */
export function pressed(event: KeyPress, keys: string, mac = isMac): boolean {
  const parts = keys.split('+');
  const key = parts.at(-1)?.toLowerCase() ?? '';
  const mod = parts.includes('Mod');
  return (
    event.key.toLowerCase() === (keyNames[key] ?? key) &&
    event.ctrlKey === (mod && !mac) &&
    event.metaKey === (mod && mac) &&
    event.shiftKey === parts.includes('Shift') &&
    event.altKey === parts.includes('Alt')
  );
}
