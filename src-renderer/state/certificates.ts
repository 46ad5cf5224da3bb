import { create } from 'zustand';
import {
  type CallResult,
  type Certificate,
  type CertificateRequest,
  type CertificatesOverview,
  type ChallengeKind,
  type ErrorShape,
  isCancellation,
  toErrorShape,
} from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';
import { isRunning, useJobs } from './jobs.ts';
import { type Loadable, load, notLoaded } from './loadable.ts';
import { startJob } from './retries.ts';

/** How plain requests of a host are answered; null serves them as they are. */
export type HttpsMode = CertificatesOverview['hosts'][number]['https'];

export interface CertificatesState {
  readonly server: string;
  readonly overview: Loadable<CertificatesOverview>;
  /** What was asked for and not answered yet: a certificate's name, a host, or a service that renews. */
  readonly asking: string | null;
  /** Why the last thing that was asked for was not done; null once it was read. */
  readonly failure: ErrorShape | null;
}

const empty: CertificatesState = { server: '', overview: notLoaded, asking: null, failure: null };

/** The certificates of the server whose page, or whose app's domains, are shown. */
export const useCertificates = create<CertificatesState>()(() => empty);

/** In `asking` while a service that renews is taken off; no host or certificate is called so. */
export function renewerAsked(challenge: ChallengeKind): string {
  return `the service by ${challenge}`;
}

let reading = new AbortController();

/**
 * Reads the certificates of a server; what was read of the same server before stays in view meanwhile. Costs a handshake for each
 * certificate: it is asked for when it is looked at, not by a clock.
 */
export async function readCertificates(server: string): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  if (useCertificates.getState().server !== server) useCertificates.setState({ ...empty, server });
  await load(
    useCertificates.getState().overview,
    () => call('certificates.list', { server }, { signal }),
    (overview) => useCertificates.setState({ overview }),
    () => !signal.aborted,
  );
}

/** Looks anew at servers for which a job about certificates has ended. Returns the function that ends it. */
export function followCertificateJobs(): () => void {
  return useJobs.subscribe(({ jobs }, before) => {
    for (const job of jobs) {
      if (job.kind !== 'certificate' || isRunning(job)) continue;
      if (before.jobs.some((one) => one.id === job.id && isRunning(one))) lookAnew(job.server);
    }
  });
}

/** The server's own summary too: which names are served by https is no event of Docker's. */
function lookAnew(server: string): void {
  call('servers.refresh', { server }).catch(() => {
    // Its page says so when it cannot be reached.
  });
  if (useCertificates.getState().server === server) void readCertificates(server);
}

/** What is known of a server's certificates; null while nothing is, and of every other server. */
export function useCertificatesOf(server: string): CertificatesOverview | null {
  return useCertificates((state) => (state.server === server ? state.overview.value : null));
}

/** Starts getting a certificate and shows the job. */
export async function obtainCertificate(server: string, request: CertificateRequest): Promise<void> {
  await startJob(() => call('certificates.obtain', { server, ...request }));
}

/** Serves a certificate of the user's own. Chain and key go to the server and stay nowhere here. */
export async function installCertificate(server: string, chain: string, key: string): Promise<CallResult<'certificates.install'>> {
  const installed = await call('certificates.install', { server, chain, key });
  lookAnew(server);
  return installed;
}

export function removeCertificate(server: string, name: string): Promise<void> {
  return ask(server, name, () => call('certificates.remove', { server, name }));
}

export function setHttps(server: string, host: string, mode: HttpsMode): Promise<void> {
  return ask(server, host, async () => {
    await call('certificates.set-https', { server, host, mode });
    // Shown at once: reading everything anew takes a handshake for each certificate.
    useCertificates.setState(({ overview }) => ({ overview: { ...overview, value: withHttps(overview.value, host, mode) } }));
  });
}

export function removeRenewer(server: string, challenge: ChallengeKind): Promise<void> {
  return ask(server, renewerAsked(challenge), () => call('certificates.remove-renewer', { server, challenge }));
}

export function forgetCertificateFailure(): void {
  useCertificates.setState({ failure: null });
}

function withHttps(overview: CertificatesOverview | null, host: string, mode: HttpsMode): CertificatesOverview | null {
  return overview && { ...overview, hosts: overview.hosts.map((one) => (one.host === host ? { ...one, https: mode } : one)) };
}

/** One change at a time; what went wrong stays on the page until it is dismissed or another is asked for. */
async function ask(server: string, what: string, run: () => Promise<unknown>): Promise<void> {
  if (useCertificates.getState().asking !== null) return;
  useCertificates.setState({ asking: what, failure: null });
  let failure: ErrorShape | null = null;
  try {
    await run();
  } catch (error) {
    if (!isCancellation(error)) failure = toErrorShape(error);
  }
  if (useCertificates.getState().server === server) useCertificates.setState({ asking: null, failure });
  lookAnew(server);
}

export type CertificateDialog =
  /** `names` null proposes the domains that have none. `renewed` is the certificate that is asked for anew. */
  | { readonly kind: 'get'; readonly server: string; readonly names: readonly string[] | null; readonly renewed: Certificate | null }
  | { readonly kind: 'own'; readonly server: string };

/** The dialog about certificates that is open. */
export const useCertificateDialog = create<{ readonly dialog: CertificateDialog | null }>()(() => ({ dialog: null }));

export function openGetCertificate(server: string, names: readonly string[] | null = null): void {
  useCertificateDialog.setState({ dialog: { kind: 'get', server, names, renewed: null } });
}

/** For a certificate of which it is not known who gave it, or how. */
export function openRenewCertificate(server: string, renewed: Certificate): void {
  useCertificateDialog.setState({ dialog: { kind: 'get', server, names: renewed.names, renewed } });
}

export function openOwnCertificate(server: string): void {
  useCertificateDialog.setState({ dialog: { kind: 'own', server } });
}

export function closeCertificateDialog(): void {
  useCertificateDialog.setState({ dialog: null });
}
