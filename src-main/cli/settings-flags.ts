import type { Command } from 'commander';
import { z } from 'zod';
import { type AppSettings, appSettings, ExpectedError, type SettingsChange } from '../contract/index.ts';
import { parseArgument, parseEnvironment } from './arguments.ts';
import { collect, wholeNumber } from './options.ts';

/** What `deploy` and `settings` take of an app's settings, as it was typed. */
export interface SettingsFlags {
  readonly domain: readonly string[];
  readonly port?: number;
  readonly replicas?: number;
  readonly env: readonly string[];
  readonly health?: string;
  readonly healthCommand?: string;
  readonly healthInterval?: number;
  readonly healthTimeout?: number;
  readonly healthRetries?: number;
  readonly healthyWithin?: number;
  readonly watch?: number;
  readonly oneAtATime?: string;
}

export function addSettingsOptions(command: Command): Command {
  return command
    .option('--domain <host>', 'a domain of your own (again for more); replaces those set before', collect, [])
    .option('--port <number>', 'the port that the app listens on', wholeNumber)
    .option('--replicas <number>', 'how many containers', wholeNumber)
    .option('--env <KEY=VALUE>', 'a variable for the app (again for more); added to those set before', collect, [])
    .option('--health <path>', 'the path that answers below 500 when the app is well; “tcp” for a connection only')
    .option('--health-command <command>', 'instead: a command in the container that ends with code 0 when the app is well')
    .option('--health-interval <seconds>', 'between two checks: 1, of a command 3, unless set', wholeNumber)
    .option('--health-timeout <seconds>', 'how long a check may take: 5 unless set', wholeNumber)
    .option('--health-retries <number>', 'how many checks in a row have to fail until it counts: 3 unless set', wholeNumber)
    .option('--healthy-within <seconds>', 'how long a new release may take until it is healthy: 60 unless set', wholeNumber)
    .option('--watch <seconds>', 'how long after the switch a release that dies is taken back by itself (0 to 600)', wholeNumber)
    .option('--one-at-a-time <yes|no>', 'stop the old release before the new one starts; requests wait at the edge meanwhile');
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
    ...healthFrom(flags),
    ...number('healthIntervalSeconds', flags.healthInterval, '--health-interval'),
    ...number('healthTimeoutSeconds', flags.healthTimeout, '--health-timeout'),
    ...number('healthRetries', flags.healthRetries, '--health-retries'),
    ...number('healthySeconds', flags.healthyWithin, '--healthy-within'),
    ...number('watchSeconds', flags.watch, '--watch'),
    ...(flags.oneAtATime === undefined ? {} : { oneAtATime: parseYesNo(flags.oneAtATime) }),
  };
}

type Seconds = 'healthIntervalSeconds' | 'healthTimeoutSeconds' | 'healthRetries' | 'healthySeconds' | 'watchSeconds';

function number(setting: Seconds, typed: number | undefined, flag: string): SettingsChange {
  return typed === undefined ? {} : { [setting]: parseArgument(appSettings.shape[setting], typed, flag) };
}

function healthFrom({ health, healthCommand }: SettingsFlags): SettingsChange {
  if (health !== undefined && healthCommand !== undefined) {
    throw new ExpectedError('invalid-input', '--health and --health-command exclude each other', {
      next: 'Say by which of them an app counts as well.',
    });
  }
  if (healthCommand !== undefined) {
    return { health: parseArgument(appSettings.shape.health, { kind: 'command', command: healthCommand }, '--health-command') };
  }
  if (health === undefined) return {};
  return {
    health: parseArgument(appSettings.shape.health, health === 'tcp' ? { kind: 'tcp' } : { kind: 'http', path: health }, '--health'),
  };
}

/** Throws `invalid-input`. */
function parseYesNo(text: string): boolean {
  return parseArgument(z.enum(['yes', 'no'], 'yes or no'), text, '--one-at-a-time') === 'yes';
}
