import { describe, expect, it } from 'vitest';
import { type AddServerForm, emptyForm, formOf, judgeForm, switchMode } from './add-server-form.ts';

const form = (part: Partial<AddServerForm>): AddServerForm => ({ ...emptyForm, ...part });

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

it('takes up a server that is known', () => {
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
  expect(formOf(profile)).toMatchObject({ address: 'me@attic.lan', name: 'attic', authentication: 'key', identityFile: '/k' });
});
