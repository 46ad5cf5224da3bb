import type { Command } from 'commander';
import {
  type InstallFlags,
  installCertificate,
  listCertificates,
  type ObtainFlags,
  obtainCertificate,
  removeCertificate,
  removeRenewer,
  setHttps,
} from './certificate-commands.ts';
import type { ServerFlag } from './find.ts';
import { type RunCommand, serverCommands } from './options.ts';

/** `longshore certs …`. */
export function addCertificateCommands(program: Command, run: RunCommand): void {
  const command = serverCommands(program, 'certs', 'TLS certificates of a server, and what is sent to https');

  command('list', 'certificates as a handshake shows them, and the hosts that have one').action((flags: ServerFlag) =>
    run((context) => listCertificates(context, flags))(),
  );
  command('get <names...>', "get one certificate for these names from Let's Encrypt; the server renews it by itself")
    .option('--staging', "from Let's Encrypt's staging, for trying: no browser trusts it")
    .option('--directory <url>', 'from another authority that speaks ACME')
    .option('--root <file>', 'the PEM by which that authority is recognised')
    .option('--eab-kid <id>', 'the key ID of your account there, where it wants to know its customers')
    .option('--eab-hmac-key <file>', 'a file with the MAC key of that account, or - for standard input')
    .option('--email <address>', 'where the authority may write to')
    .option('--rsa', 'with an RSA key instead of ECDSA')
    .option('--dns <provider>', 'prove by an entry in the DNS that the names are yours: needed for *.names; cloudflare, route53 and others')
    .option('--credentials <file>', 'what gives certbot access to that DNS, kept on the server')
    .option('--propagation-seconds <n>', 'how long the entry may take to be seen')
    .option('--renew', 'a new one though the one that is there is not due')
    .action((names: string[], flags: ObtainFlags) => run((context) => obtainCertificate(context, names, flags))());
  command('install', 'serve a certificate of your own')
    .requiredOption('--cert <file>', 'the certificate and those of its issuers, as PEM')
    .requiredOption('--key <file>', 'its key, as PEM')
    .action((flags: InstallFlags) => run((context) => installCertificate(context, flags))());
  command('remove <name>', 'take a certificate off, by its name in `certs list --json`').action((name: string, flags: ServerFlag) =>
    run((context) => removeCertificate(context, name, flags))(),
  );
  command('https <host> <mode>', 'what plain requests of a host get: redirect, hsts (redirect, remembered for a year) or off').action(
    (host: string, mode: string, flags: ServerFlag) => run((context) => setHttps(context, host, mode, flags))(),
  );
  command('remove-renewer', 'take the renewing services off the server')
    .option('--challenge <kind>', 'only that for http, or for one DNS provider')
    .action((flags: Parameters<typeof removeRenewer>[1]) => run((context) => removeRenewer(context, flags))());
}
