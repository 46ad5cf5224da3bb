import { z } from 'zod';
import { appName, serverId } from './common.ts';
import { scanPreview } from './scan-preview.ts';
import { buildPlan, fileChoices } from './source.ts';

/** An app on a server, as what a folder goes to. */
export const deployTarget = z.object({ server: serverId, app: appName });
export type DeployTarget = z.infer<typeof deployTarget>;

/** All that the deploy sheet shows of a folder before anything is sent. */
export const folderInspection = z.object({
  scan: scanPreview,
  build: buildPlan,
  /** A valid app name made from the folder's name. */
  suggestedName: z.string(),
  /** What the scan was made with: as given, or as it is remembered. */
  choices: fileChoices,
  /** The app that this folder was last deployed to from this computer. */
  lastTarget: deployTarget.nullable(),
});
export type FolderInspection = z.infer<typeof folderInspection>;
