import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromText } from './byte-path.ts';
import { looksSecret, secretIn } from './secrets.ts';
import { isWorthALook, secretInContent } from './secrets-content.ts';
import { seededRandom, temporaryFolder, writeTree } from './test-tree.ts';

test.each([
  '.env',
  '.env.local',
  '.env.production',
  'deploy/.envrc',
  'prod.env',
  '.ENV',
  'id_rsa',
  'keys/id_ed25519',
  'id_rsa.old',
  '.env~',
  '.env.bak',
  '.env_prod',
  '.envlocal',
  '.envs/.production/.postgres',
  '.envs/production/django',
  'web/.env/production',
  '.flaskenv',
  '.dev.vars',
  'worker/.dev.vars.production',
  'terraform.tfstate.1700000000.backup',
  'AuthKey_1.p8',
  'cert.pfx',
  'release.keystore',
  'credentials',
  'credentials.json',
  'service-account.json',
  'serviceAccountKey.json',
  'kubeconfig',
  'prod.kubeconfig',
  'terraform.tfstate',
  'terraform.tfstate.backup',
  'prod.auto.tfvars',
  '.netrc',
  '.pgpass',
  '.htpasswd',
  '.aws/credentials',
  'home/.ssh/deploy',
  '.kube/config',
  'config/master.key',
  'secrets.yaml',
  '.git-credentials',
])('%s is held back by its name', (path) => {
  expect(looksSecret(path)?.content).toBeNull();
});

test.each([
  '.env.example',
  '.env.sample',
  'web/.env.template',
  '.env.dist',
  '.env-example',
  '.env_sample',
  '.env.example.bak',
  'example.env',
  'prod.sample.env',
  '.dev.vars.example',
  '.envs/.local/.django.example',
  '.env/pyvenv.cfg',
  '.env/lib/python3/site.py',
  'id_rsa.pub.old',
  'environment.ts',
  'env.js',
  'id_rsa.pub',
  'keys.ts',
  'keyboard.js',
  'monkey',
  'package.json',
  'credentials.ts',
  'src/secrets.ts',
  '.ssh/known_hosts',
  'tfstate.go',
  'readme.pem.md',
  'server.pem',
  '.docker/config.json',
])('%s is not', (path) => {
  expect(looksSecret(path)).toBeNull();
});

/** A reference to the environment, which gives nothing away. */
const variable = ['$', '{TOKEN}'].join('');

test.each([
  ['.npmrc', '//registry.example.com/:_authToken=npm_abc', true],
  ['.npmrc', `//registry.example.com/:_authToken=${variable}`, false],
  ['.npmrc', '# _authToken=abc\nengine-strict=true', false],
  ['web/.yarnrc.yml', 'npmAuthToken: "abc"', true],
  ['.yarnrc.yml', `npmAuthToken: "${variable}"`, false],
  ['.pypirc', '[pypi]\npassword = abc', true],
  ['pip.conf', '[global]\nindex-url = https://user:pass@pypi.example.com/simple', true],
  ['pip.conf', '[global]\nindex-url = https://pypi.example.com/simple', false],
  ['locales/en.key', 'save = Save\nquit = Quit\n', false],
  ['talk.key', 'PK\x03\x04\x14\0\0\0', false],
  ['tls.key', `-----BEGIN RSA ${'PRIVATE'} KEY-----\n`, true],
  ['tls.key.bak', `-----BEGIN ${'PRIVATE'} KEY-----\n`, true],
  ['tls.key', '-----BEGIN PUBLIC KEY-----\n', false],
  ['binary.key', '\x30\x82\x04\xa4\x02\x01\x00\x02\x82', true],
  ['small.key', '\x30\x77\x02\x01\x01\x04\x20', true],
  ['production.key', `${'0f1e2d3c4b5a6978'.repeat(2)}\n`, true],
  ['wireguard.key', `${'aB3/'.repeat(10)}aB3=\n`, true],
  ['settings.xml', '<server><password>x</password></server>', true],
])('%s with %j is judged by its content', (path, content, isSecret) => {
  expect(looksSecret(path)?.content?.test(content)).toBe(isSecret);
});

const random = seededRandom(4);

/** Something that nobody made before: no token stands in this file as it is. */
function made(length: number, from = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz23456789'): string {
  return Array.from({ length }, () => from.charAt(Math.floor(random() * from.length))).join('');
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const key = (kind: string, separator = '\n'): string =>
  [
    '-----BEGIN ',
    kind,
    'PRIVATE KEY-----',
    separator,
    made(64),
    separator,
    made(64),
    separator,
    '-----END ',
    kind,
    'PRIVATE KEY-----',
  ].join('');

describe('content', () => {
  test.each([
    ['private key', key('')],
    ['private key', key('RSA ')],
    ['private key', `module.exports = { key: "${key('EC ', '\\n')}" };`],
    ['private key', key('ENCRYPTED ', '\r\n')],
    ['private key', key('RSA ').replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\n')],
    ['AWS key', `aws_access_key_id = AKIA${made(16, upper)}`],
    ['GitHub token', `token: ghp_${made(36)}`],
    ['GitHub token', `github_pat_${made(82)}`],
    ['GitLab token', `glpat-${made(20)}`],
    ['Slack token', `SLACK=xoxb-098765432109-${made(24)}`],
    ['Slack address', `https://hooks.slack.com/services/T${made(9, upper)}/B${made(9, upper)}/${made(24)}`],
    ['Stripe key', `sk_live_${made(24)}`],
    ['npm token', `npm_${made(36)}`],
    ['API key', `sk-proj-${made(48)}`],
    ['SendGrid key', `SG.${made(22)}.${made(43)}`],
    ['DigitalOcean token', `dop_v1_${made(64, '0123456789abcdef')}`],
    ['Azure key', `DefaultEndpointsProtocol=https;AccountKey=${made(86)}==;`],
    ['cloud credentials', JSON.stringify({ type: 'service_account', private_key: key('') })],
    ['registry credentials', JSON.stringify({ auths: { 'registry.example.com': { auth: made(24) } } })],
    ['cluster credentials', `apiVersion: v1\nkind: Config\nusers:\n- user:\n    client-key-data: ${made(80)}\n`],
    ['cluster credentials', `apiVersion: v1\nkind: Config\nusers:\n- name: x\n  user:\n    token: ${made(60)}\n`],
    ['cluster credentials', `kind: "Config"\r\nusers:\r\n- user:\r\n    username: admin\r\n    password: ${made(12)}\r\n`],
    ['cluster credentials', JSON.stringify({ kind: 'Config', users: [{ user: { token: made(60) } }] }, null, 2)],
    ['cluster credentials', JSON.stringify({ kind: 'Config', users: [{ user: { 'client-key-data': made(80) } }] })],
    ['cloud credentials', JSON.stringify({ client_id: 'x', refresh_token: made(60), type: 'authorized_user' })],
    ['AWS key', `AWS_SECRET_ACCESS_KEY=${made(40)}`],
    ['AWS key', `aws.secretKey = ${made(40)}\n`],
    ['AWS key', JSON.stringify({ awsSecretAccessKey: made(40) })],
    ['private key', `# public key: age1x\nAGE-SECRET-KEY-1${made(58, upper)}\n`],
    ['Terraform state', '{"version": 4, "terraform_version": "1.9.0", "lineage": "x", "resources": []}'],
  ])('of a %s gives it away: %j', (looksLike, content) => {
    expect(secretInContent(content)).toBe(looksLike);
  });

  test.each([
    ['a certificate', `-----BEGIN CERTIFICATE-----\n${made(64)}\n-----END CERTIFICATE-----`],
    ['a public key', `-----BEGIN PUBLIC KEY-----\n${made(64)}\n-----END PUBLIC KEY-----`],
    ['a program that looks for keys', "if (text.includes('-----BEGIN RSA PRIVATE KEY-----')) return parseKey(text, passphrase);"],
    ['an example', `aws_access_key_id = AKIA${made(9, upper)}EXAMPLE`],
    ['a place to fill in', 'GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    ['a test key', `sk_test_${made(24)}`],
    ['a hash', made(64, '0123456789abcdef')],
    ['a manifest', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n'],
    ['a kubeconfig that asks a program', 'kind: Config\nusers:\n- name: x\n  user:\n    exec:\n      command: aws\n'],
    ['a kubeconfig to fill in', `kind: Config\nusers:\n- user:\n    token: ${variable}\n    password: <password>\n`],
    ['the example of AWS', `AWS_SECRET_ACCESS_KEY=${['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('/')}`],
    ['a reference to a secret', `AWS_SECRET_ACCESS_KEY: ${variable}`],
    ['docker settings without a login', '{"auths": {"registry.example.com": {}}, "credsStore": "desktop"}'],
  ])('of %s does not', (_, content) => {
    expect(secretInContent(content)).toBeNull();
  });
});

test.each([
  ['settings.json', true],
  ['config.yml', true],
  ['app-config.ts', true],
  ['deploy_key', true],
  ['server.pem', true],
  ['index.ts', false],
  ['package.json', false],
  ['yarn.lock', false],
  ['logo.png', false],
  ['LICENSE'.toLowerCase(), false],
  ['deploy-notes.md', true],
  ['keys.txt', true],
  ['application.properties', true],
  ['readme.md', false],
  ['changelog.md', false],
])('%s is opened: %s', (name, opened) => {
  expect(isWorthALook(name, 1000, false)).toBe(opened);
  expect([isWorthALook(name, 10, false), isWorthALook(name, 10_000_000, false)]).toEqual([false, false]);
});

test('a file is judged by its name, and by the beginning of its content where the name is plausible', () => {
  const root = temporaryFolder();
  const token = `ghp_${made(36)}`;
  writeTree(root, {
    'ca.pem': '-----BEGIN CERTIFICATE-----\n',
    'server.pem': key(''),
    'settings.json': `{"token": "${token}"}`,
    'readme.md': token,
    'late.json': `${' '.repeat(100_000)}${token}`,
    '.env': '',
    'server.pem.bak': key(''),
    'notes.md': key(''),
    'k3s.yaml': `kind: Config\nusers:\n- user:\n    token: ${made(60)}\n`,
    'en.key': 'save = Save',
    [fromText('schlüssel')]: key(''),
  });
  const judge = (path: string): string | null => secretIn(fromText(path), `${fromText(root)}/${fromText(path)}`, 1000);
  expect(['server.pem.bak', 'notes.md', 'k3s.yaml', 'en.key'].map(judge)).toEqual([
    'private key',
    'private key',
    'cluster credentials',
    null,
  ]);
  expect(['ca.pem', 'server.pem', 'settings.json', 'readme.md', 'late.json', '.env', 'schlüssel', 'gone.json'].map(judge)).toEqual([
    null,
    'private key',
    'GitHub token',
    null,
    null,
    'environment file',
    'private key',
    null,
  ]);
  expect(secretIn('x', join(root, 'nowhere'), 1000)).toBeNull();
});

test('a folder of data is not read whole, but for the names that tell', () => {
  const root = temporaryFolder();
  const token = `{"token": "ghp_${made(36)}"}`;
  const names = Array.from({ length: 60 }, (_, index) => `${index}.json`);
  writeTree(root, Object.fromEntries([...names, 'z-config.json'].map((name) => [name, token])));
  const folder = { looks: 0 };
  const found = names.filter((name) => secretIn(name, join(root, name), 1000, folder) !== null);
  expect(found).toHaveLength(24);
  expect(secretIn('z-config.json', join(root, 'z-config.json'), 1000, folder)).toBe('GitHub token');
});
