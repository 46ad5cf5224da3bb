/** The product as it runs in the app: built, its thread warm, the archive read from the stream that goes to the server. */
import { packFolder, scanAnyFolder, warmUpArchive } from '../../src-main/archive/index.ts';
import { answerRuns } from './warm-process.ts';

warmUpArchive();

const gzipLevels: Readonly<Record<string, number | null>> = { tar: null, gzip: 1 };

answerRuns(async (what, folder) => {
  const scan = await scanAnyFolder(folder);
  if (what === 'scan') return { bytes: 0, files: scan.files };
  const { stream, finished } = packFolder(scan, { gzipLevel: gzipLevels[what] ?? null, reuseBlocks: true });
  let bytes = 0;
  for await (const block of stream) bytes += (block as Buffer).length;
  await finished;
  return { bytes, files: scan.files };
});
