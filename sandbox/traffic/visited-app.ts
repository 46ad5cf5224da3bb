import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** polite: ends what it is busy with when it is told to stop. impolite: exits on the spot. The variable MANNERS chooses. */
export type Manners = 'polite' | 'impolite';

export const visitedApp = join(import.meta.dirname, 'visited-app.cjs');

/** Makes `folder` a project of the app that traffic visits. */
export async function writeVisitedApp(folder: string): Promise<void> {
  await copyFile(visitedApp, join(folder, 'server.cjs'));
  await writeFile(join(folder, 'Dockerfile'), 'FROM node:20\nWORKDIR /app\nCOPY server.cjs .\nCMD ["node", "server.cjs"]\n');
}
