import { type AppSettings, appName, ExpectedError, environmentName, type SettingsChange, settingsInWords } from '../contract/index.ts';
import { showChange } from './app-change.ts';
import { parseArgument, parseEnvironment } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { findApp, type ServerFlag } from './find.ts';
import { table } from './output.ts';
import { type SettingsFlags, settingsFrom } from './settings-flags.ts';

interface SettingsCommandFlags extends SettingsFlags, ServerFlag {
  readonly unset: readonly string[];
  /** False by --no-domains. */
  readonly domains: boolean;
}

/** Shows the settings of an app, or changes those that are given. */
export async function settings(context: CommandContext, name: string, flags: SettingsCommandFlags): Promise<undefined> {
  const app = parseArgument(appName, name, 'APP');
  refuseContradictions(flags);
  const given = changeFrom(flags, {}); // what was typed is checked before anything is reached
  const changes = Object.keys(given).length > 0;
  const session = await findApp(context, { app, server: flags.server, intent: changes ? 'changes' : 'reads' });
  const detail = await context.services.apps.detail(session, app);
  const current = detail.settings;
  if (current === null)
    throw new ExpectedError('not-found', `${app} has no release on ${session.profile.name}, and so no settings yet.`, {
      next: 'Deploy it first.',
    });
  if (!changes) {
    const rows = settingsInWords(current).map(({ what, text }) => [what, text]);
    context.output.result({ server: session.profile.name, app, release: detail.summary.release, settings: current }, table(rows));
    return undefined;
  }
  for (const variable of flags.unset)
    if (!Object.hasOwn(current.environment, variable)) context.output.note(`--unset ${variable}: it is not set.`);
  const id = context.services.deploys.configure(session.profile.id, app, changeFrom(flags, current.environment));
  await showChange(context, { id, session, app }, (result) =>
    result ? `r${result.release} of ${app} has the settings: ${result.url}` : `${app} has these settings already.`,
  );
  return undefined;
}

/** Without a flag of it nothing is said of the environment: an empty one would take all variables away. */
function changeFrom(flags: SettingsCommandFlags, before: AppSettings['environment']): SettingsChange {
  const unset = new Set(flags.unset.map((name) => parseArgument(environmentName, name, '--unset')));
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !unset.has(name)));
  return {
    ...settingsFrom(flags, kept),
    ...(unset.size > 0 && flags.env.length === 0 ? { environment: kept } : {}),
    ...(flags.domains ? {} : { domains: [] }),
  };
}

function refuseContradictions(flags: SettingsCommandFlags): void {
  if (!flags.domains && flags.domain.length > 0)
    throw new ExpectedError('invalid-input', '--domain and --no-domains contradict each other.', { next: 'Leave one of them out.' });
  const set = parseEnvironment(flags.env);
  const both = flags.unset.find((name) => Object.hasOwn(set, name));
  if (both !== undefined)
    throw new ExpectedError('invalid-input', `--env and --unset contradict each other: ${both} is in both.`, {
      next: 'Leave one of them out.',
    });
}
