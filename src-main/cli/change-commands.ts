import { appName, appSettings, counted, ExpectedError, pauseSeconds } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import { showChange } from './app-change.ts';
import { parseArgument } from './arguments.ts';
import { askLine, canAsk } from './ask.ts';
import type { CommandContext } from './command-context.ts';
import { findApp, type ServerFlag } from './find.ts';
import { showJob } from './job-progress.ts';

async function appToChange(context: CommandContext, name: string, flags: ServerFlag): Promise<{ app: string; session: ServerSession }> {
  const app = parseArgument(appName, name, 'APP');
  return { app, session: await findApp(context, { app, server: flags.server, intent: 'changes' }) };
}

export async function scale(context: CommandContext, name: string, wanted: number, flags: ServerFlag): Promise<undefined> {
  const replicas = parseArgument(appSettings.shape.replicas, wanted, 'REPLICAS');
  const { app, session } = await appToChange(context, name, flags);
  const id = context.services.deploys.configure(session.profile.id, app, { replicas });
  await showChange(
    context,
    { id, session, app },
    (result) => `${app} is set to ${counted(replicas, 'replica')}${result ? '' : ' already'}.`,
  );
  return undefined;
}

export async function restart(context: CommandContext, name: string, flags: ServerFlag): Promise<undefined> {
  const { app, session } = await appToChange(context, name, flags);
  const id = context.services.deploys.restart(session.profile.id, app);
  await showChange(context, { id, session, app }, (result) => `${app} was started afresh: ${result?.url}`);
  return undefined;
}

interface PauseFlags extends ServerFlag {
  readonly seconds?: number;
}

export async function pause(context: CommandContext, name: string, flags: PauseFlags): Promise<undefined> {
  const seconds = parseArgument(pauseSeconds, flags.seconds ?? 60, '--seconds');
  const { app, session } = await appToChange(context, name, flags);
  const id = context.services.deploys.pause(session.profile.id, app, seconds);
  const go = `longshore resume ${app}`;
  await showChange(context, { id, session, app }, () => `Requests of ${app} wait, for at most ${seconds} s. To let them through: ${go}`);
  return undefined;
}

export async function resume(context: CommandContext, name: string, flags: ServerFlag): Promise<undefined> {
  const { app, session } = await appToChange(context, name, flags);
  const id = context.services.deploys.resume(session.profile.id, app);
  await showChange(context, { id, session, app }, (result) => (result ? `${app} is reached again.` : `${app} was not paused.`));
  return undefined;
}

export async function stop(context: CommandContext, name: string, flags: ServerFlag): Promise<undefined> {
  const { app, session } = await appToChange(context, name, flags);
  const id = context.services.deploys.stop(session.profile.id, app);
  await showChange(context, { id, session, app }, (result) =>
    result ? `${app} is stopped. To start it again: longshore start ${app}` : `${app} is stopped already.`,
  );
  return undefined;
}

export async function start(context: CommandContext, name: string, flags: ServerFlag): Promise<undefined> {
  const { app, session } = await appToChange(context, name, flags);
  const id = context.services.deploys.start(session.profile.id, app);
  await showChange(context, { id, session, app }, (result) => (result ? `${app} is live: ${result.url}` : `${app} runs already.`));
  return undefined;
}

interface RemoveFlags extends ServerFlag {
  readonly yes?: true;
}

/** There is no way back, so its name has to be typed, or `--yes` given where nobody can be asked. */
export async function remove(context: CommandContext, name: string, flags: RemoveFlags): Promise<undefined> {
  parseArgument(appName, name, 'APP');
  if (!flags.yes && !canAsk())
    throw new ExpectedError('invalid-input', `Nothing was removed: there is nobody to ask whether ${name} may go.`, {
      next: `When it may: longshore remove ${name} --yes`,
    });
  const { app, session } = await appToChange(context, name, flags);
  const server = session.profile.name;
  if (!flags.yes) await askForName(context, app, session);
  await showJob(context.services.deploys.remove(session.profile.id, app), context.services, context.output, context.signal);
  context.output.result({ removed: app, server }, `${app} is removed from ${server}.`);
  return undefined;
}

/** Throws `invalid-input` when another name is typed. */
async function askForName({ services, output }: CommandContext, app: string, session: ServerSession): Promise<void> {
  const { hosts } = (await services.apps.detail(session, app)).summary;
  output.note(
    `${app} on ${session.profile.name}${hosts.length === 0 ? '' : ` (${hosts.join(', ')})`} goes with its releases, images and settings.`,
  );
  if ((await askLine(`There is no way back. Type ${app} to remove it: `)).trim() === app) return;
  throw new ExpectedError('invalid-input', `That was not ${app}. Nothing was removed.`);
}
