import type { AppSettings, HealthCheck, Release } from '../../../src-main/contract/index.ts';

/** One thing that differs between two releases, in words. Values of the environment are never part of it: they may be secrets. */
export interface Change {
  readonly what: string;
  readonly text: string;
}

/** What the settings of a release changed against those of the one before. */
export function settingsChanges(before: AppSettings, after: AppSettings): readonly Change[] {
  const changes: Change[] = [];
  const say = (what: string, text: string): void => {
    changes.push({ what, text });
  };
  if (before.port !== after.port) say('Port', `${before.port} → ${after.port}`);
  if (before.replicas !== after.replicas) say('Replicas', `${before.replicas} → ${after.replicas}`);
  for (const name of added(Object.keys(before.environment), Object.keys(after.environment))) say('Environment', `${name} added`);
  for (const name of added(Object.keys(after.environment), Object.keys(before.environment))) say('Environment', `${name} removed`);
  for (const [name, value] of Object.entries(after.environment)) {
    const old = Object.hasOwn(before.environment, name) ? before.environment[name] : undefined;
    if (old !== undefined && old !== value) say('Environment', `${name} changed`);
  }
  for (const domain of added(before.domains, after.domains)) say('Domain', `${domain} added`);
  for (const domain of added(after.domains, before.domains)) say('Domain', `${domain} removed`);
  if (healthWords(before.health) !== healthWords(after.health))
    say('Health check', `${healthWords(before.health)} → ${healthWords(after.health)}`);
  if (before.healthySeconds !== after.healthySeconds)
    say('Time to become healthy', `${before.healthySeconds} s → ${after.healthySeconds} s`);
  if (before.drainSeconds !== after.drainSeconds) say('Drain', `${before.drainSeconds} s → ${after.drainSeconds} s`);
  return changes;
}

export function healthWords(health: HealthCheck): string {
  return health.kind === 'http' ? `GET ${health.path}` : 'port accepts connections';
}

function added(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((item) => !before.includes(item));
}

/** What going back to `target` from `live` would do, for the question before it; null when nothing is live. */
export function rollBackWords(live: Release | undefined, target: Release): readonly string[] {
  const words: string[] = [];
  if (live !== undefined) {
    const changes = settingsChanges(live.record.settings, target.record.settings);
    if (live.record.image !== target.record.image) words.push('The code goes back to what it was then.');
    words.push(
      changes.length === 0
        ? 'Settings are the same in both.'
        : `Settings go back too: ${changes.map((change) => `${change.what.toLowerCase()} ${change.text}`).join(', ')}.`,
    );
  }
  words.push('Nothing is built or sent: the image is still on the server.');
  return words;
}

/** The release that "Roll back" without a number goes to: the newest kept one before the live one. */
export function rollBackTarget(releases: readonly Release[]): Release | undefined {
  const live = releases.find((release) => release.state === 'live');
  return releases
    .filter((release) => release.state === 'kept' && (live === undefined || release.record.number < live.record.number))
    .sort((one, other) => other.record.number - one.record.number)[0];
}

/** The release made before this one, to compare with: the highest lower number. */
export function releaseBefore(releases: readonly Release[], number: number): Release | undefined {
  return releases.filter((release) => release.record.number < number).sort((one, other) => other.record.number - one.record.number)[0];
}
