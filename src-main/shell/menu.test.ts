import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from './menu.ts';

function items(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])]);
}

describe.each(['linux', 'darwin', 'win32'] as const)('the menu on %s', (platform) => {
  it('asks the window for each of its actions and takes no key of its own for them', () => {
    const asked: string[] = [];
    const actions = items(menuTemplate(platform, (action) => asked.push(action), false)).filter(({ click }) => click);
    for (const { click } of actions) (click as unknown as () => void)();
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toContain('palette.open');
    expect(actions.every(({ accelerator, registerAccelerator }) => accelerator === undefined || registerAccelerator === false)).toBe(true);
  });

  it('offers developer tools in development only', () => {
    const roles = (development: boolean) => items(menuTemplate(platform, () => undefined, development)).map(({ role }) => role);
    expect(roles(false)).not.toContain('toggleDevTools');
    expect(roles(false)).not.toContain('reload');
    expect(roles(true)).toContain('toggleDevTools');
  });

  it('can be quit and edited in', () => {
    const roles = items(menuTemplate(platform, () => undefined, false)).map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['quit', 'editMenu', 'windowMenu']));
  });
});
