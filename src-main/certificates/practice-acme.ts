import { request } from 'node:https';
import { execOn, type PracticeServer } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import type { AcmeAccount } from '../contract/index.ts';

/**
 * Only for tests: an ACME server (Pebble) on a practice server that is set up, with a DNS of its own in which every name is that
 * practice server, so that HTTP-01 is asked of its port 80. It forgets accounts and certificates when it stops, and signs by another
 * root each time.
 */

const IMAGE = 'letsencrypt/pebble:2.4';
const CONTAINER = 'practice-acme';
/** The network of the edge and of whatever gets certificates. */
const NETWORK = 'longshore';
/** What it is called there: the names in its own certificate. As `acme` it takes only those who have an account with it. */
const OPEN = 'pebble';
const CLOSED = 'acme';
const ACME_PORT = 14000;
const MANAGEMENT_PORT = 15000;
const READY = { everyMs: 200, withinMs: 30_000 };
const REQUEST_MS = 5_000;

/** A name for which it refuses any certificate, with a reason in words. */
export const REFUSED_NAME = 'refused.example.com';

export interface PracticeAcme {
  /** To be asked from a container on the network `longshore`. */
  readonly directory: string;
  /** PEM of the authority of its own HTTPS, for `REQUESTS_CA_BUNDLE`. */
  readonly root: string;
  /** PEM of the root of the certificates that it issues. */
  issuerRoot(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts it on a server that has the network `longshore`, instead of the one that ran there before; resolves when it answers.
 * `validitySeconds`: how long its certificates last, five years unless told otherwise. `dnsServer`: address and port of the one that it asks
 * instead of its own. `account`: the one without which it makes none.
 */
export async function startPracticeAcme(
  server: PracticeServer,
  options: { readonly validitySeconds?: number; readonly dnsServer?: string; readonly account?: AcmeAccount } = {},
): Promise<PracticeAcme> {
  const { account } = options;
  const alias = account ? CLOSED : OPEN;
  const settings = {
    pebble: {
      listenAddress: `0.0.0.0:${ACME_PORT}`,
      managementListenAddress: `0.0.0.0:${MANAGEMENT_PORT}`,
      certificate: '/test/certs/localhost/cert.pem',
      privateKey: '/test/certs/localhost/key.pem',
      httpPort: 80,
      tlsPort: 443,
      domainBlocklist: [REFUSED_NAME],
      ...(account ? { externalAccountBindingRequired: true, externalAccountMACKeys: { [account.keyId]: account.hmacKey } } : {}),
      ...(options.validitySeconds === undefined ? {} : { certificateValidityPeriod: options.validitySeconds }),
    },
  };
  const docker = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await execOn(server.name, ['docker', ...words]);
    if (code !== 0) throw new Error(`docker ${words.join(' ')} on ${server.name}: ${stderr || stdout}`);
    return stdout;
  };
  const stop = async (): Promise<void> => {
    await docker('rm', '--force', CONTAINER);
  };
  // No AAAA records. By default Pebble waits and fails at random, and skips every other validation of a name that it has seen.
  const ownDns = `pebble-challtestsrv -defaultIPv4 ${server.host} -defaultIPv6 '' -http01 '' -https01 '' -tlsalpn01 '' -dns01 127.0.0.1:8053 &`;
  const script = `echo "$SETTINGS" > /tmp/pebble.json
${options.dnsServer === undefined ? ownDns : ''}
exec pebble -config /tmp/pebble.json -dnsserver ${options.dnsServer ?? '127.0.0.1:8053'}`;
  const environment = ['PEBBLE_VA_NOSLEEP=1', 'PEBBLE_WFE_NONCEREJECT=0', 'PEBBLE_AUTHZREUSE=0', `SETTINGS=${JSON.stringify(settings)}`];

  await execOn(server.name, ['docker', 'rm', '--force', CONTAINER]);
  const where = [
    '--network',
    NETWORK,
    '--network-alias',
    alias,
    ...[ACME_PORT, MANAGEMENT_PORT].flatMap((port) => ['--publish', `${port}:${port}`]),
  ];
  await docker(
    ...['run', '--detach', '--name', CONTAINER],
    ...where,
    ...environment.flatMap((variable) => ['--env', variable]),
    ...[IMAGE, 'sh', '-euc', script],
  );
  const root = await docker('exec', CONTAINER, 'cat', '/test/certs/pebble.minica.pem');
  const ready = await poll(() => get(server.host, ACME_PORT, '/dir', root).catch(() => undefined), READY);
  if (ready === undefined) {
    const log = await docker('logs', CONTAINER);
    await stop();
    throw new Error(`The practice ACME server on ${server.name} does not answer. Its log:\n${log}`);
  }
  return {
    directory: `https://${alias}:${ACME_PORT}/dir`,
    root,
    issuerRoot: () => get(server.host, MANAGEMENT_PORT, '/roots/0', root),
    stop,
  };
}

/** The body of an answer 200 to a request from this machine. Rejects on any other. */
function get(host: string, port: number, path: string, root: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host, port, path, ca: root, servername: OPEN, agent: false, timeout: REQUEST_MS }, (response) => {
      const body: string[] = [];
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => body.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(body.join(''));
        else reject(new Error(`${path} on port ${port} of ${host} answered ${response.statusCode}`));
      });
    });
    call.once('timeout', () => call.destroy(new Error(`${path} on port ${port} of ${host}: no answer`)));
    call.once('error', reject);
    call.end();
  });
}
