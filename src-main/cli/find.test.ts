import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../contract/index.ts';
import type { ServerSession } from '../servers/types.ts';
import type { Services } from '../services.ts';
import type { CommandContext } from './command-context.ts';
import { amongOthersMs, findApp, onEach } from './find.ts';

/** Servers by name, with the apps on each; null for one that cannot be reached. Only what looking for an app needs of them. */
function context(servers: Readonly<Record<string, readonly string[] | null>>): CommandContext & { readonly notes: readonly string[] } {
  const notes: string[] = [];
  const sessions = Object.entries(servers).map(
    ([name, apps]) =>
      ({
        profile: { name },
        connection: {
          state: { phase: 'idle' },
          connect: () => undefined,
          ready: async () => {
            if (apps === null) throw new ExpectedError('ssh-refused', `${name} refused the connection.`);
          },
        },
      }) as unknown as ServerSession,
  );
  const services = {
    servers: { list: () => sessions, find: (name: string) => sessions.find(({ profile }) => profile.name === name) },
    apps: { list: async ({ profile }: ServerSession) => (servers[profile.name] ?? []).map((name) => ({ name })) },
  } as unknown as Services;
  const output = { json: false, note: (text: string) => void notes.push(text), result: () => undefined, line: () => undefined };
  return { output, services, signal: new AbortController().signal, notes };
}

const shop = { app: 'shop', server: undefined, intent: 'changes' } as const;

describe('the server of an app', () => {
  it('is the only one that has it', async () => {
    expect((await findApp(context({ a: ['blog'], b: ['shop'] }), shop)).profile.name).toBe('b');
  });

  it('is the only one there is, without a look at its apps', async () => {
    expect((await findApp(context({ a: [] }), shop)).profile.name).toBe('a');
  });

  it('is the one named, though others cannot be reached', async () => {
    expect((await findApp(context({ a: ['shop'], b: null }), { ...shop, server: 'a' })).profile.name).toBe('a');
  });

  it('has to be said where several have it', async () => {
    await expect(findApp(context({ a: ['shop'], b: ['shop'] }), shop)).rejects.toMatchObject({
      code: 'invalid-input',
      message: '“shop” is on more than one server: a, b.',
    });
  });

  it('has to be said for a change where one was not reached: that may be the one meant', async () => {
    await expect(findApp(context({ a: ['shop'], b: null }), shop)).rejects.toMatchObject({
      code: 'invalid-input',
      message: '“shop” is on a, and maybe also on b, which could not be reached. Nothing was done.',
      next: 'When the one on a is meant, say so: --server a',
      detail: 'b: b refused the connection.',
    });
  });

  it('is the one that was reached for a look, with a word about the others', async () => {
    const looking = context({ a: ['shop'], b: null });
    expect((await findApp(looking, { ...shop, intent: 'reads' })).profile.name).toBe('a');
    expect(looking.notes).toEqual(['Not reached: b. This is of “shop” on a.']);
  });

  it('is not said to be none where some were not reached', async () => {
    await expect(findApp(context({ a: [], b: null }), shop)).rejects.toMatchObject({
      code: 'not-found',
      message: 'No server that was reached has an app named “shop”; not reached: b.',
    });
    await expect(findApp(context({ a: [], b: [] }), shop)).rejects.toMatchObject({ message: 'No server has an app named “shop”.' });
    await expect(findApp(context({}), shop)).rejects.toMatchObject({ message: 'There is no server yet.' });
  });
});

describe('several servers', () => {
  /** Servers that are waited for until the test lets them go, and how long each would have been waited for. */
  function waiting(...names: readonly string[]): {
    readonly context: CommandContext;
    readonly waits: (number | undefined)[];
    readonly sessions: readonly ServerSession[];
    settle(): void;
  } {
    const waits: (number | undefined)[] = [];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const sessions = names.map(
      (name) =>
        ({
          profile: { name },
          connection: {
            state: { phase: 'waiting' },
            connect: () => undefined,
            ready: (_signal: AbortSignal, withinMs?: number) => {
              waits.push(withinMs);
              return gate;
            },
          },
        }) as unknown as ServerSession,
    );
    return { context: context({}), waits, sessions, settle: () => open() };
  }

  it('are waited for at once and not for long: that one is down holds up nobody', async () => {
    const { context, waits, sessions, settle } = waiting('a', 'b', 'c');
    const asked = onEach(sessions, context, async ({ profile }) => profile.name);
    expect(waits).toEqual([amongOthersMs, amongOthersMs, amongOthersMs]);
    settle();
    expect(await asked).toEqual(['a', 'b', 'c'].map((value) => ({ status: 'fulfilled', value })));
  });

  it('are no several where there is one: nothing else could be answered, so it gets its usual time', async () => {
    const { context, waits, sessions, settle } = waiting('a');
    const asked = onEach(sessions, context, async () => 1);
    expect(waits).toEqual([undefined]);
    settle();
    await asked;
  });
});
