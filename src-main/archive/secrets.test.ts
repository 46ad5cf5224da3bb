import { expect, test } from 'vitest';
import { looksSecret } from './secrets.ts';

test.each([
  '.env',
  '.env.local',
  '.env.production',
  'deploy/.envrc',
  'prod.env',
  '.ENV',
  'id_rsa',
  'keys/id_ed25519',
  'server.pem',
  'tls.key',
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
  '.docker/config.json',
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
  ['settings.xml', '<server><password>x</password></server>', true],
])('%s with %j is judged by its content', (path, content, isSecret) => {
  expect(looksSecret(path)?.content?.test(content)).toBe(isSecret);
});
