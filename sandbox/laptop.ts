/**
 * A computer of its own on the practice servers' network, as far as programs of this machine that run "on" it can tell: an address and a
 * cable that can be taken out while everybody else still reaches the servers. No disk, no processes of its own.
 */
import { addressOf } from './addresses.ts';
import { SandboxError } from './errors.ts';
import { BRIDGE } from './network.ts';
import { mustRun, run } from './run.ts';

/** Addresses below those of servers. */
const PLACES = { first: 2, last: 10 } as const;

export interface PracticeLaptop {
  /** The words that run `argv` there, as one process: a signal to it reaches the program itself. */
  on(argv: readonly string[]): readonly string[];
  /** Takes the cable out: packets vanish, connections hang. */
  cut(): Promise<void>;
  heal(): Promise<void>;
  unplug(): Promise<void>;
}

/** Plugs one in, anew where a killed run left it. There has to be a practice server. `place` is 2 to 10, one for each that is used at once. */
export async function plugInLaptop(place: number): Promise<PracticeLaptop> {
  if (!Number.isInteger(place) || place < PLACES.first || place > PLACES.last) {
    throw new SandboxError(`a laptop has a place from ${PLACES.first} to ${PLACES.last}, not ${place}`);
  }
  const netns = `practice-laptop-${place}`;
  const cable = `ls-l${place}`;
  const unplug = async (): Promise<void> => {
    await run(['ip', 'netns', 'delete', netns]);
    await run(['ip', 'link', 'delete', cable]);
  };
  await unplug();
  await mustRun(['ip', 'netns', 'add', netns]);
  await mustRun(['ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', netns]);
  await mustRun(['ip', 'link', 'set', cable, 'master', BRIDGE, 'up']);
  await mustRun(['ip', '-n', netns, 'address', 'add', `${addressOf(place)}/24`, 'dev', 'eth0']);
  await mustRun(['ip', '-n', netns, 'link', 'set', 'lo', 'up']);
  await mustRun(['ip', '-n', netns, 'link', 'set', 'eth0', 'up']);
  return {
    on: (argv) => ['ip', 'netns', 'exec', netns, ...argv],
    cut: async () => {
      await mustRun(['ip', 'link', 'set', cable, 'down']);
    },
    heal: async () => {
      await mustRun(['ip', 'link', 'set', cable, 'up']);
    },
    unplug,
  };
}
