import { heldBack, missingPaths, notCheckedOut, type Scan, scanFolder } from '../archive/index.ts';
import { type DeployRequest, named } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';

/** What a deploy sends of its folder. Says what it does not send though somebody may count on it: a build without its `.env` is broken. */
export async function scanToSend(stage: StageContext, request: DeployRequest): Promise<Scan> {
  const { path, include, exclude, allowSecrets } = request;
  const scan = await scanFolder(path, {
    include,
    exclude,
    secrets: allowSecrets,
    dockerignore: true,
    signal: stage.signal,
    onProgress: ({ files }) => stage.progress({ done: files, total: null, unit: 'files' }),
  });
  stage.progress(null);
  const secrets = heldBack(scan);
  if (secrets.length > 0) {
    const next = 'To send one, tick it in the preview or give --include PATH; --allow-secrets sends all.';
    stage.log(`Held back, since it looks like a secret: ${named(secrets)}. ${next}`, 'note');
  }
  const submodules = notCheckedOut(scan);
  if (submodules.length > 0) {
    stage.log(
      `Submodules that are not checked out, so that nothing of them is sent: ${named(submodules)}. git submodule update --init checks them out.`,
      'note',
    );
  }
  const missing = await missingPaths(path, include);
  if (missing.length > 0) stage.log(`Chosen to be sent, but not in ${scan.root}: ${named(missing)}.`, 'note');
  return scan;
}
