import { resolve } from 'node:path';
import { type AppDetail, appName, ExpectedError, noChoices, probeWords } from '../contract/index.ts';
import { parseArgument } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { choicesWith, pathsToInclude, rememberedInWords } from './file-choices.ts';
import { connect, findServer } from './find.ts';
import { showJob } from './job-progress.ts';
import { type SettingsFlags, settingsFrom } from './settings-flags.ts';

interface DeployFlags extends SettingsFlags {
  readonly server: string;
  readonly app: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly allowSecrets?: true;
  readonly forgetChoices?: true;
}

/** Null for an app that is not there yet. Any other failure is one: without the variables set before, a deploy would drop them. */
async function existing(detail: Promise<AppDetail>): Promise<AppDetail | null> {
  try {
    return await detail;
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'not-found') return null;
    throw error;
  }
}

export async function deploy({ output, services, signal }: CommandContext, folder: string, flags: DeployFlags): Promise<undefined> {
  const app = parseArgument(appName, flags.app, '--app');
  const session = findServer(services, flags.server);
  const path = resolve(folder);
  const remembered = flags.forgetChoices ? noChoices : services.choices.of({ server: session.profile.id, app }, path);
  const choices = choicesWith({ include: await pathsToInclude(path, flags.include), exclude: flags.exclude }, remembered);
  settingsFrom(flags, {}); // what was typed is checked before anything is reached
  for (const line of rememberedInWords(remembered)) output.note(line);
  await connect(session, services, signal);
  const before = flags.env.length === 0 ? null : await existing(services.apps.detail(session, app));
  const id = services.deploys.deploy({
    server: session.profile.id,
    app,
    path,
    settings: settingsFrom(flags, before?.settings?.environment ?? {}),
    dockerfile: null,
    ...choices,
    allowSecrets: flags.allowSecrets === true,
  });
  const job = await showJob(id, services, output, signal);
  const result = job.result;
  if (!result) throw new Error('A deploy succeeded without a result');
  const probe = result.probe ? `  ${probeWords(result.probe)}` : '';
  output.result(result, `r${result.release} is live: ${result.url}${probe}`);
  return undefined;
}
