import type { ReactNode } from 'react';
import { type Certificate, type CertificatesOverview, covers, named, type Renewer } from '../../../src-main/contract/index.ts';
import {
  type HttpsMode,
  obtainCertificate,
  openRenewCertificate,
  removeCertificate,
  removeRenewer,
  setHttps,
} from '../../state/certificates.ts';
import { confirm, notify } from '../../ui/index.ts';
import {
  challengeOf,
  challengeWords,
  directoryOf,
  hostsWithout,
  keyKind,
  namesInShort,
  timeLeft,
  type Uncovered,
} from './certificate-words.ts';

/** The questions before what is done to certificates: each says what visitors will notice. */

export async function askRemove(server: string, overview: CertificatesOverview, certificate: Certificate): Promise<void> {
  const short = namesInShort(certificate.names);
  const yes = await confirm({
    title: `Remove the certificate for ${short}?`,
    body: (
      <>
        <WhatVisitorsGet hosts={hostsWithout(overview, certificate.name)} />
        {certificate.source === 'acme' ? (
          <p>Certbot on the server forgets it and renews it no more. Another can be got whenever you like.</p>
        ) : (
          <p>Its key is deleted from the server. Longshore has no copy: keep yours.</p>
        )}
      </>
    ),
    action: 'Remove',
    danger: true,
  });
  if (yes) await removeCertificate(server, certificate.name);
}

function WhatVisitorsGet({ hosts }: { readonly hosts: readonly Uncovered[] }): ReactNode {
  if (hosts.length === 0) return <p>No host that leads to an app uses it: no visitor will notice.</p>;
  const left = hosts.filter(({ instead }) => instead === null);
  const kept = hosts.filter(({ instead }) => instead !== null);
  const remembered = left.filter(({ https }) => https === 'hsts');
  return (
    <>
      {left.length > 0 && (
        <p>
          Visitors who come to <Hosts hosts={left} /> by https get an error from their browser. By http{' '}
          {left.length === 1 ? 'it is' : 'they are'} served again.
        </p>
      )}
      {remembered.length > 0 && (
        <p className="text-warn">
          Browsers were told to remember https for <Hosts hosts={remembered} />: those that were there do not get to it at all until it has
          a certificate again.
        </p>
      )}
      {kept.map(({ host, instead }) => (
        <p key={host}>
          <span className="text-text">{host}</span> goes on with the certificate for {instead}.
        </p>
      ))}
    </>
  );
}

function Hosts({ hosts }: { readonly hosts: readonly Uncovered[] }): ReactNode {
  return (
    <span className="font-[530] text-text">
      {named(
        hosts.map(({ host }) => host),
        5,
      )}
    </span>
  );
}

/** Renews where it is known who gave it; else the dialog asks that. */
export async function askRenew(server: string, certificate: Certificate): Promise<void> {
  const directory = directoryOf(certificate);
  const challenge = challengeOf(certificate);
  if (directory === null || challenge === null) {
    openRenewCertificate(server, certificate);
    return;
  }
  const yes = await confirm({
    title: `Renew the certificate for ${namesInShort(certificate.names)} now?`,
    body: (
      <>
        <p>
          Let’s Encrypt is asked for a new one, though this one has {timeLeft(certificate.notAfter, Date.now())} left. Until the new one is
          there this one is served; then they are swapped with no connection cut.
        </p>
        <p>Let’s Encrypt gives a few a week for the same names and refuses more: not a thing to repeat for fun.</p>
      </>
    ),
    action: 'Renew now',
  });
  if (!yes) return;
  const request = { names: [...certificate.names], directory, challenge, email: null, key: keyKind(certificate), renew: true };
  await obtainCertificate(server, request).catch(notify.error);
}

export async function askRemoveRenewer(server: string, name: string, overview: CertificatesOverview, renewer: Renewer): Promise<void> {
  const renewed = overview.certificates.filter(({ challenge }) => challenge === renewer.challenge);
  const first = Math.min(...renewed.map(({ notAfter }) => notAfter));
  const yes = await confirm({
    title: `Remove the service that renews ${challengeWords(renewer)} from ${name}?`,
    body: (
      <>
        {renewed.length === 0 ? (
          <p>There is no certificate for it to renew: nobody will notice.</p>
        ) : (
          <p>
            Certificates go on being served until they end, and nothing renews them. The first,{' '}
            {namesInShort(renewed.find(({ notAfter }) => notAfter === first)?.names ?? [])}, has {timeLeft(first, Date.now())} left.
          </p>
        )}
        <p>
          Its account and keys stay in their folder on the server
          {renewer.challenge === 'http' ? '' : '; the credentials of the DNS provider are removed with it'}. The next certificate that is
          asked for brings the service back.
        </p>
      </>
    ),
    action: 'Remove',
    danger: renewed.length > 0,
  });
  if (yes) await removeRenewer(server, renewer.challenge);
}

/** Sets how plain requests are answered; asks first where browsers remember it. */
export async function askHttps(server: string, overview: CertificatesOverview, host: string, mode: HttpsMode): Promise<void> {
  const before = overview.hosts.find((one) => one.host === host)?.https ?? null;
  if (before === mode) return;
  if (mode === 'hsts' && !(await askRemember(overview, host))) return;
  if (before === 'hsts' && mode === null && !(await askForget(host))) return;
  await setHttps(server, host, mode);
}

function askRemember(overview: CertificatesOverview, host: string): Promise<boolean> {
  const trusted = overview.certificates.some(({ names, served }) => covers(names, host) && served?.trusted === true);
  return confirm({
    title: `Tell browsers to remember https for ${host}?`,
    body: (
      <>
        <p>
          Each browser that comes by remembers for a year to use https alone for this name. That cannot be taken back: should the
          certificate end or be removed, they do not get to {host} at all.
        </p>
        <p>Choose it once https has worked for a while.</p>
        {!trusted && (
          <p className="text-warn">
            The certificate that is served is not of a well-known authority. A browser that warns of it lets nobody pass then.
          </p>
        )}
      </>
    ),
    action: 'Tell browsers',
  });
}

function askForget(host: string): Promise<boolean> {
  return confirm({
    title: `Serve ${host} on http as well?`,
    body: <p>Browsers that were told to remember https for it go on using https, each for a year from its last visit.</p>,
    action: 'Serve on http as well',
  });
}
