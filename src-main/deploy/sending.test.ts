import { describe, expect, it } from 'vitest';
import type { StageProgress } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import { tarBytes, UploadShown } from './sending.ts';

describe('the progress of an upload', () => {
  const scan = { bytes: 8_464, files: 1, directories: 1 };

  function shown() {
    const progress: (StageProgress | null)[] = [];
    const details: string[] = [];
    const stage = {
      progress: (now: StageProgress | null) => void progress.push(now),
      detail: (text: string) => void details.push(text),
    } as unknown as StageContext;
    return { upload: new UploadShown(scan), stage, progress, details };
  }

  it('is the share of the tar that was taken, and names the bytes that went', () => {
    const { upload, stage, progress, details } = shown();
    upload.on(stage);
    upload.packed({ rawBytes: 5_000 });
    upload.sentSoFar(3_400_000);
    expect(tarBytes(scan)).toBe(10_000);
    expect(progress).toEqual([0, 5_000, 5_000].map((done) => ({ done, total: 10_000, unit: 'bytes' })));
    expect(details.at(-1)).toBe('3.4 MB sent');
    expect(upload.sent).toBe(3_400_000);
  });

  it('counts what was packed before its stage was shown, and is never more than all', () => {
    const { upload, stage, progress } = shown();
    upload.packed({ rawBytes: 4_000 });
    expect(progress).toEqual([]);
    upload.on(stage);
    expect(progress.at(-1)?.done).toBe(4_000);
    upload.packed({ rawBytes: 10_240 });
    expect(progress.at(-1)?.done).toBe(10_000);
    upload.end();
    expect(progress.at(-1)).toBeNull();
    upload.sentSoFar(2_000);
    expect(progress.at(-1)).toBeNull();
  });
});
