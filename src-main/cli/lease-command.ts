import { appName } from '../contract/index.ts';
import { parseArgument } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { findApp, type ServerFlag } from './find.ts';

/** Who may change an app on its server now. It cannot be taken from here: a living one ends with its job, a dead one by itself. */
export async function lease(context: CommandContext, name: string, flags: ServerFlag): Promise<undefined> {
  const { output, services } = context;
  const app = parseArgument(appName, name, 'APP');
  const session = await findApp(context, { app, server: flags.server, intent: 'reads' });
  const found = await services.apps.lease(session, app);
  const server = session.profile.name;
  if (!found) {
    // Of an app that is not there it is free as well, and that is not what was meant.
    await services.apps.detail(session, app);
    output.result({ server, app, lease: null }, `Nobody holds the lease of ${app} on ${server}.`);
    return undefined;
  }
  const { holder, doing, since, beatAgeMs, stale } = found;
  const from = new Date(since).toISOString().slice(0, 19).replace('T', ' ');
  const sign = `The last sign of life was ${Math.round(beatAgeMs / 1000)} s ago`;
  output.result(
    { server, app, lease: { owner: holder, purpose: doing, since, beatAgeMs, stale } },
    `${holder} holds the lease of ${app} on ${server} for a ${doing}, since ${from} UTC by its clock.\n${sign}${stale ? ': the next job on the app takes it over.' : '.'}`,
  );
  return undefined;
}
