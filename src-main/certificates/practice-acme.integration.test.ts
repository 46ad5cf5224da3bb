/** That certbot, in the image by which it runs on servers, gets certificates from the practice ACME server by the server's port 80. */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, upServer } from '../../sandbox/index.ts';
import { createDocker } from '../docker/index.ts';
import { connectTo } from '../docker/practice-connection.ts';
import { EDGE_NETWORK } from '../edge/index.ts';
import { type PracticeAcme, REFUSED_NAME, startPracticeAcme } from './practice-acme.ts';

const NAME = 'a-acme';
const VALIDITY_SECONDS = 600;
const ROOT_FILE = '/root/practice-acme.pem';
const PLACE = ['--network', EDGE_NETWORK, '--env', `REQUESTS_CA_BUNDLE=${ROOT_FILE}`];
const MOUNTS = [
  ...['--mount', `type=bind,source=${ROOT_FILE},target=${ROOT_FILE},readonly`],
  ...['--mount', 'type=volume,source=certs,target=/etc/letsencrypt'],
];

let acme: PracticeAcme;

function certbotFor(name: string): string[] {
  const account = ['--agree-tos', '--register-unsafely-without-email', '--server', acme.directory];
  return ['certbot/certbot:v2.1.0', 'certonly', '--non-interactive', ...account, '--standalone', '--domain', name];
}

beforeAll(async () => {
  const server = await upServer(NAME, { docker: true, fresh: true });
  const connection = connectTo(server);
  const docker = createDocker(connection);
  await docker.swarmInit(server.host);
  await docker.createNetwork({ name: EDGE_NETWORK, labels: {} });
  connection.dispose();
  acme = await startPracticeAcme(server, { validitySeconds: VALIDITY_SECONDS });
  await execOn(NAME, `cat > ${ROOT_FILE}`, { input: acme.root });
});

afterAll(() => downServer(NAME));

describe('the practice ACME server', () => {
  it('gives a Swarm service a certificate for a name that it asked for at port 80 of the server', async () => {
    const job = ['--mode', 'replicated-job', '--restart-condition', 'none', '--endpoint-mode', 'dnsrr'];
    const port = ['--publish', 'mode=host,published=80,target=80'];
    const create = ['docker', 'service', 'create', '--quiet', '--name', 'certbot', ...job, ...port];
    await execOn(NAME, [...create, ...PLACE, ...MOUNTS, ...certbotFor('shop.example.com')]);
    const log = await execOn(NAME, 'docker service logs --raw certbot 2>&1');
    expect(log.stdout).toContain('Successfully received certificate');

    const chain = await execOn(NAME, 'docker run --rm --volume certs:/c:ro alpine cat /c/live/shop.example.com/fullchain.pem');
    const [leaf, intermediate] = chain.stdout.split(/(?<=-----END CERTIFICATE-----\n)\n*(?=-)/).map((pem) => new X509Certificate(pem));
    const root = new X509Certificate(await acme.issuerRoot());
    if (leaf === undefined || intermediate === undefined) throw new Error(`no chain of two: ${chain.stdout}${chain.stderr}`);
    expect(leaf.subjectAltName).toBe('DNS:shop.example.com');
    expect(leaf.verify(intermediate.publicKey)).toBe(true);
    expect(intermediate.verify(root.publicKey)).toBe(true);
    expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBeLessThanOrEqual(VALIDITY_SECONDS * 1000);
  });

  it('gives none where nothing answers at port 80, nor for the name that it refuses', async () => {
    const run = ['docker', 'run', '--rm', ...PLACE, ...MOUNTS];
    const closed = await execOn(NAME, [...run, ...certbotFor('closed.example.com')]);
    expect(closed.code).toBe(1);
    expect(closed.stdout).toMatch(/connection refused/i);
    const refused = await execOn(NAME, [...run, ...certbotFor(REFUSED_NAME)]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`issuance is forbidden by policy: "${REFUSED_NAME}"`);
  });
});
