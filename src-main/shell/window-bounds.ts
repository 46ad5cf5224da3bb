import { z } from 'zod';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const defaultSize = { width: 1280, height: 800 } as const;
export const smallestSize = { width: 900, height: 600 } as const;

export const savedWindow = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  maximized: z.boolean(),
});
export type SavedWindow = z.infer<typeof savedWindow>;

/**
 * Where the window opens: where it was, when enough of its title bar is still on a screen to be caught with the mouse; else
 * in the default size in the middle (no x and y). Never larger than the work area it lies on.
 */
export function windowBounds(
  saved: SavedWindow | null,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  const home = saved ? workAreas.find((area) => isReachable(saved, area)) : undefined;
  if (!saved || !home) return { ...defaultSize };
  return {
    x: saved.x,
    y: saved.y,
    width: Math.min(Math.max(saved.width, smallestSize.width), Math.max(home.width, smallestSize.width)),
    height: Math.min(Math.max(saved.height, smallestSize.height), Math.max(home.height, smallestSize.height)),
  };
}

function isReachable(window: Rectangle, area: Rectangle): boolean {
  const visibleWidth = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const titleBarInside = window.y >= area.y - 8 && window.y + 32 <= area.y + area.height;
  return visibleWidth >= 160 && titleBarInside;
}
