import { expect, it } from 'vitest';
import { windowBounds } from './window-bounds.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const second = { x: 1440, y: 0, width: 2560, height: 1440 };
const saved = { x: 100, y: 100, width: 1000, height: 700, maximized: false };

it.each([
  ['nothing was saved', null, [laptop], { width: 1280, height: 800 }],
  ['it fits', saved, [laptop], { x: 100, y: 100, width: 1000, height: 700 }],
  ['it was on a second screen that is there', { ...saved, x: 2000 }, [laptop, second], { x: 2000, y: 100, width: 1000, height: 700 }],
  ['it was on a second screen that is gone', { ...saved, x: 2000 }, [laptop], { width: 1280, height: 800 }],
  ['its title bar is above the screen', { ...saved, y: -300 }, [laptop], { width: 1280, height: 800 }],
  ['its title bar is below the screen', { ...saved, y: 890 }, [laptop], { width: 1280, height: 800 }],
  ['only a sliver can be seen', { ...saved, x: 1400 }, [laptop], { width: 1280, height: 800 }],
  [
    'it is larger than the screen',
    { ...saved, x: 0, y: 25, width: 5000, height: 5000 },
    [laptop],
    { x: 0, y: 25, width: 1440, height: 875 },
  ],
  ['it is smaller than allowed', { ...saved, width: 10, height: 10, x: 0 }, [second], { width: 1280, height: 800 }],
  ['there is no screen', saved, [], { width: 1280, height: 800 }],
])('when %s', (_when, window, areas, expected) => {
  expect(windowBounds(window, areas)).toEqual(expected);
});
