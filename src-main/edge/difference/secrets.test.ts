import { describe, expect, it } from 'vitest';
import type { Route } from '../../contract/index.ts';
import { noRules } from '../../contract/index.ts';
import { renderConfig } from '../render/config.ts';
import { withoutSecrets } from './secrets.ts';

describe('a line of a configuration that is shown', () => {
  it.each([
    ['  user kim password $6$abc$def', '  user kim password <hidden>'],
    ['  user kim insecure-password hunter2 groups a,b', '  user kim insecure-password <hidden> groups a,b'],
    ['  stats auth admin:hunter2', '  stats auth <hidden>'],
    ['  setenv KEY hunter2', '  setenv KEY <hidden>'],
    [
      "  http-request set-header Authorization 'Basic aHVudGVyMg==' if { var(txn.route) -m str r1 }",
      '  http-request set-header Authorization <hidden>',
    ],
    ["  http-request set-header X-Api-Key 'hunter2' if x", '  http-request set-header X-Api-Key <hidden>'],
    ['  http-response add-header Set-Cookie a=hunter2', '  http-response add-header Set-Cookie <hidden>'],
    ['  acl in req.hdr(authorization) -m str hunter2', '  acl in req.hdr(authorization) <hidden>'],
    ['  http-check send hdr x-token hunter2', '  http-check send hdr x-token <hidden>'],
  ])('has no secret: %s', (line, shown) => {
    expect(withoutSecrets(line)).toBe(shown);
    expect(withoutSecrets(line)).not.toMatch(/hunter2|aHVu|\$6\$/);
  });

  it('is shown whole where it keeps none, as all of ours but users and such headers do', () => {
    const route: Route = {
      id: 'r1',
      host: 'a.example',
      path: '/',
      strip: false,
      target: { kind: 'app', app: 'shop', port: null },
      rules: {
        ...noRules,
        users: [{ name: 'kim', hash: `$6$abcdefgh$${'A'.repeat(86)}` }],
        requestHeaders: [
          { action: 'set', name: 'X-Frame', value: 'plain' },
          { action: 'remove', name: 'Cookie' },
        ],
        deny: ['192.0.2.1'],
      },
    };
    const slot = { port: 3000, health: { kind: 'tcp' }, room: 4 } as const;
    const lines = renderConfig({ apps: [{ name: 'shop', slots: { a: slot, b: slot } }], routes: [route] }).split('\n');
    expect(lines.filter((line) => withoutSecrets(line) !== line)).toEqual([expect.stringContaining('  user kim password')]);
  });
});
