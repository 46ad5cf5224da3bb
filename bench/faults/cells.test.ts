import { describe, expect, it } from 'vitest';
import { allCells, cellsNamed, faults, idOf, partOf, portion } from './cells.ts';

describe('the matrix', () => {
  it('has each fault before and after each stage, once', () => {
    expect(allCells).toHaveLength(Object.keys(faults).length * 11 * 2);
    expect(new Set(allCells.map(idOf)).size).toBe(allCells.length);
  });

  it('is named by fault, stage or cell', () => {
    expect(cellsNamed(['kill'])).toHaveLength(22);
    expect(cellsNamed(['drain'])).toHaveLength(2 * Object.keys(faults).length);
    expect(cellsNamed(['crash@after-route'])).toEqual([{ fault: 'crash', moment: 'after', stage: 'route' }]);
    expect(() => cellsNamed(['crash@route'])).toThrow('No cell is called crash@route');
  });

  it('falls into parts that together are all of it', () => {
    const parts = Array.from({ length: 10 }, (_, index) => partOf(allCells, index + 1, 10, 7));
    expect(parts.flat().map(idOf).sort()).toEqual(allCells.map(idOf).sort());
    expect(parts[0]).not.toEqual(partOf(allCells, 1, 10, 8));
  });
});

describe('a portion', () => {
  const sizes = { laptop: 4, server: 2 };

  it('has cells of either side', () => {
    const sides = portion(3, sizes).map(({ fault }) => faults[fault].side);
    expect(sides).toEqual(['laptop', 'laptop', 'laptop', 'laptop', 'server', 'server']);
  });

  it('comes round to every cell', () => {
    const seen = new Set(Array.from({ length: 60 }, (_, turn) => portion(turn, sizes)).flatMap((cells) => cells.map(idOf)));
    expect(seen.size).toBe(allCells.length);
  });
});
