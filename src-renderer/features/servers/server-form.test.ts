import { describe, expect, it } from 'vitest';
import { consequence, emptyForm, formOf, judgeForm, type ServerForm, switchMode } from './server-form.ts';

const form = (part: Partial<ServerForm>): ServerForm => ({ ...emptyForm, ...part });

describe('judgeForm', () => {
  it('makes a server of one line', () => {
    expect(judgeForm(form({ address: 'deploy@harbor.example.com:2222' }), [])).toEqual({
      ok: true,
      server: { name: 'harbor', user: 'deploy', host: 'harbor.example.com', port: 2222, authentication: { kind: 'agent' } },
    });
  });

  it('makes a server of the fields', () => {
    const judged = judgeForm(
      form({ mode: 'fields', user: 'me', host: '2001:db8::7', port: 2200, name: 'attic', authentication: 'key' }),
      [],
    );
    expect(judged).toEqual({
      ok: true,
      server: {
        name: 'attic',
        user: 'me',
        host: '2001:db8::7',
        port: 2200,
        authentication: { kind: 'key', identityFile: '~/.ssh/id_ed25519' },
      },
    });
  });

  it.each([
    [form({ address: '' }), 'address'],
    [form({ address: 'root@a b' }), 'address'],
    [form({ address: 'root@harbor', name: 'a name' }), 'name'],
    [form({ address: 'root@harbor', name: 'HARBOR-1' }), 'name'],
    [form({ address: 'root@harbor', authentication: 'key', identityFile: ' ' }), 'identityFile'],
    [form({ mode: 'fields', host: '' }), 'host'],
    [form({ mode: 'fields', host: 'harbor', user: '' }), 'user'],
    [form({ mode: 'fields', host: 'harbor', port: null }), 'port'],
  ] as const)('says which field is wrong: %#', (wrong, field) => {
    const judged = judgeForm(wrong, ['harbor-1']);
    expect(judged.ok ? [] : Object.keys(judged.errors)).toEqual([field]);
  });
});

describe('switchMode', () => {
  it('shows the same server both ways', () => {
    const fields = switchMode(form({ address: 'deploy@[2001:db8::7]:2222' }));
    expect(fields).toMatchObject({ mode: 'fields', user: 'deploy', host: '2001:db8::7', port: 2222 });
    expect(switchMode(fields)).toMatchObject({ mode: 'address', address: 'deploy@[2001:db8::7]:2222' });
  });
});

describe('a server that is known', () => {
  const profile = {
    id: 's1',
    name: 'attic',
    host: 'attic.lan',
    port: 22,
    user: 'me',
    authentication: { kind: 'key' as const, identityFile: '/k' },
    hostKey: null,
    addedAt: 0,
  };

  it('is taken up as it is', () => {
    const taken = formOf(profile);
    expect(taken).toMatchObject({ address: 'me@attic.lan', name: 'attic', authentication: 'key', identityFile: '/k' });
    const { name, host, port, user, authentication } = profile;
    expect(judgeForm(taken, ['cellar'])).toEqual({ ok: true, server: { name, host, port, user, authentication } });
    expect(consequence(taken, profile)).toBeNull();
    expect(consequence(switchMode({ ...taken, name: 'loft' }), profile)).toBeNull();
  });

  it.each([
    [{ address: 'me@attic.lan:2222' }, /host key is asked for anew/],
    [{ address: 'me@cellar.lan' }, /host key is asked for anew/],
    [{ address: 'root@attic.lan' }, /password kept for me is forgotten/],
    [{ authentication: 'agent' }, /^The connection is made anew\.$/],
    [{ identityFile: '/other' }, /^The connection is made anew\.$/],
  ] as const)('says what a change brings about: %j', (change, words) => {
    expect(consequence({ ...formOf(profile), ...change }, profile)).toMatch(words);
  });

  it('says nothing while the form cannot be read', () => {
    expect(consequence({ ...formOf(profile), address: 'me@' }, profile)).toBeNull();
  });
});
