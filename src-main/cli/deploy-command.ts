import { resolve } from 'node:path';
import { type AppDetail, appName, appSettings, ExpectedError, noChoices, probeWords, type SettingsChange } from '../contract/index.ts';
import { parseArgument, parseEnvironment } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { choicesWith, pathsToInclude, rememberedInWords } from './file-choices.ts';
import { connect, findServer } from './find.ts';
import { showJob } from './job-progress.ts';

interface DeployFlags {
  readonly server: string;
  readonly app: string;
  readonly domain: readonly string[];
  readonly port?: number;
  readonly replicas?: number;
  readonly env: readonly string[];
  readonly health?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly allowSecrets?: true;
  readonly forgetChoices?: true;
}

function settingsOf(flags: DeployFlags, before: Readonly<Record<string, string>>): SettingsChange {
  const { shape } = appSettings;
  return {
    ...(flags.port === undefined ? {} : { port: parseArgument(shape.port, flags.port, '--port') }),
    ...(flags.replicas === undefined ? {} : { replicas: parseArgument(shape.replicas, flags.replicas, '--replicas') }),
    ...(flags.domain.length === 0
      ? {}
      : {
          domains: parseArgument(
            shape.domains,
            flags.domain.map((domain) => domain.toLowerCase()),
            '--domain',
          ),
        }),
    ...(flags.env.length === 0 ? {} : { environment: { ...before, ...parseEnvironment(flags.env) } }),
    ...(flags.health === undefined
      ? {}
      : {
          health: parseArgument(shape.health, flags.health === 'tcp' ? { kind: 'tcp' } : { kind: 'http', path: flags.health }, '--health'),
        }),
  };
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
  settingsOf(flags, {}); // what was typed is checked before anything is reached
  for (const line of rememberedInWords(remembered)) output.note(line);
  await connect(session, services, signal);
  const before = flags.env.length === 0 ? null : await existing(services.apps.detail(session, app));
  const id = services.deploys.deploy({
    server: session.profile.id,
    app,
    path,
    settings: settingsOf(flags, before?.settings?.environment ?? {}),
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
