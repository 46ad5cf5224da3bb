import { describe, expect, it } from 'vitest';
import { entryOf, recordOf } from '../apps/test-data.ts';
import type { ImageSummary } from '../docker/types.ts';
import { rollbackTarget, superfluous } from './retention.ts';

const image = (number: number, tags: readonly string[] = [`longshore/shop:r${number}`]): ImageSummary => ({
  id: recordOf('shop', number).image,
  tags,
  labels: {},
  sizeBytes: 1,
  createdAt: 1,
});
const served = (number: number, change = {}) => entryOf(recordOf('shop', number, change), 'served');

describe('what an app no longer needs', () => {
  it('is the images beyond the newest that served, of failed releases, and of runs that came to nothing', () => {
    const records = [served(1), served(2), entryOf(recordOf('shop', 3), 'failed'), served(4), served(5)];
    const images = [1, 2, 3, 4, 5, 6].map((number) => image(number));
    expect(superfluous('shop', records, images, 5, 2).tags).toEqual(['longshore/shop:r1', 'longshore/shop:r3', 'longshore/shop:r6']);
  });

  it('counts no release whose image is gone, and keeps later ones than the live', () => {
    const records = [served(1), served(2), served(3), served(4)];
    expect(superfluous('shop', records, [image(1), image(2), image(4)], 2, 2).tags).toEqual([]);
  });

  it("keeps the tag of a release that shares its image with one that goes, and another app's tags", () => {
    const shared = image(1, ['longshore/shop:r1', 'longshore/shop:r4', 'longshore/blog:r1', 'node:20']);
    const records = [served(1), served(4, { image: shared.id })];
    expect(superfluous('shop', records, [shared], 4, 0).tags).toEqual(['longshore/shop:r1']);
  });

  it('is old records, but never one that is needed', () => {
    const records = Array.from({ length: 60 }, (_, index) => served(index + 1));
    const { records: old } = superfluous('shop', records, [image(1)], 1, 3);
    expect(old.map((entry) => entry.record.number)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });
});

describe('the release to roll back to', () => {
  const records = [served(1), served(2), entryOf(recordOf('shop', 3), 'failed', { note: 'exit code 1' }), served(4), served(5)];
  const images = [2, 4, 5].map((number) => image(number));
  const from = { name: 'shop', records, current: { release: 5, stopped: false } };

  it('is the newest before the live one that served', () => {
    expect(rollbackTarget(from, images, null).number).toBe(4);
    expect(rollbackTarget({ ...from, current: { release: 4, stopped: false } }, images, null).number).toBe(2);
  });

  it('is the one that was asked for, also a later one, or the one that was stopped', () => {
    expect(rollbackTarget({ ...from, current: { release: 2, stopped: false } }, images, 5).number).toBe(5);
    expect(rollbackTarget({ ...from, current: { release: 5, stopped: true } }, images, 5).number).toBe(5);
  });

  it.each([
    [null, 'release-gone', { release: 2, stopped: false }],
    [1, 'release-gone', { release: 5, stopped: false }],
    [3, 'release-gone', { release: 5, stopped: false }],
    [5, 'invalid-input', { release: 5, stopped: false }],
    [9, 'not-found', { release: 5, stopped: false }],
  ])('is refused for %s as %s', (wanted, code, current) => {
    expect(() => rollbackTarget({ ...from, current }, images, wanted)).toThrow(expect.objectContaining({ code }));
  });

  it('says why a failed one cannot be', () => {
    expect(() => rollbackTarget(from, [...images, image(3)], 3)).toThrow(/never served: exit code 1/);
  });
});
