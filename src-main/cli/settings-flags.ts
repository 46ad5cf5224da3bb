import type { Command } from 'commander';
import { type AppSettings, appSettings, type SettingsChange } from '../contract/index.ts';
import { parseArgument, parseEnvironment } from './arguments.ts';
import { collect, wholeNumber } from './options.ts';

/** What `deploy` and `settings` take of an app's settings, as it was typed. */
export interface SettingsFlags {
  readonly domain: readonly string[];
  readonly port?: number;
  readonly replicas?: number;
  readonly env: readonly string[];
  readonly health?: string;
  readonly watch?: number;
}

export function addSettingsOptions(command: Command): Command {
  return command
    .option('--domain <host>', 'a domain of your own (again for more); replaces those set before', collect, [])
    .option('--port <number>', 'the port that the app listens on', wholeNumber)
    .option('--replicas <number>', 'how many containers', wholeNumber)
    .option('--env <KEY=VALUE>', 'a variable for the app (again for more); added to those set before', collect, [])
    .option('--health <path>', 'the path that answers below 500 when the app is well; “tcp” for a connection only')
    .option('--watch <seconds>', 'how long after the switch a release that dies is taken back by itself (0 to 600)', wholeNumber);
}

/** The settings that were typed; none of the others. `before` are the variables set before. Throws `invalid-input`, which names the flag. */
export function settingsFrom(flags: SettingsFlags, before: AppSettings['environment']): SettingsChange {
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
    ...(flags.watch === undefined ? {} : { watchSeconds: parseArgument(shape.watchSeconds, flags.watch, '--watch') }),
  };
}
