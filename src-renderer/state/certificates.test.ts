import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CertificatesOverview, JobSummary } from '../../src-main/contract/index.ts';
import { overviewOf } from '../features/certificates/certificate.fixture.ts';
import { jobOf } from '../features/jobs/job.fixture.ts';
import {
  followCertificateJobs,
  installCertificate,
  obtainCertificate,
  readCertificates,
  setHttps,
  useCertificates,
} from './certificates.ts';
import { useJobs } from './jobs.ts';
import { notLoaded } from './loadable.ts';
import { initialView, useView } from './view.ts';

const host = { host: 'shop.example.com', app: 'shop', certificate: 'shop.example.com', https: null };
let asked: [string, unknown][] = [];
let answers: Record<string, (args: unknown) => unknown> = {};
const list = (overview: CertificatesOverview) => () => overview;
const askedFor = (name: string): unknown[] => asked.filter(([one]) => one === name).map(([, args]) => args);

beforeEach(() => {
  asked = [];
  answers = { 'certificates.list': list(overviewOf({ hosts: [host] })), 'servers.refresh': () => null };
  vi.stubGlobal('window', {
    longshore: {
      call: async (name: string, args: unknown) => {
        asked.push([name, args]);
        try {
          return { ok: true, value: await answers[name]?.(args) };
        } catch (error) {
          return { ok: false, error };
        }
      },
      cancel: () => undefined,
    },
  });
  useCertificates.setState({ server: '', overview: notLoaded, asking: null, failure: null }, true);
  useView.setState(initialView, true);
  useJobs.setState({ jobs: [], loaded: true, error: null });
});

describe('reading', () => {
  it('drops an answer that comes after another server was looked at', async () => {
    const waiting: { resolve?: (overview: CertificatesOverview) => void } = {};
    answers['certificates.list'] = () => new Promise<CertificatesOverview>((resolve) => Object.assign(waiting, { resolve }));
    const first = readCertificates('s1');
    await vi.waitFor(() => expect(waiting.resolve).toBeDefined());
    answers['certificates.list'] = list(overviewOf());
    await readCertificates('s2');
    waiting.resolve?.(overviewOf({ hosts: [host] }));
    await first;
    expect(useCertificates.getState()).toMatchObject({ server: 's2', overview: { value: { hosts: [] }, loading: false } });
  });

  it('keeps what was read while it fails to read anew', async () => {
    await readCertificates('s1');
    answers['certificates.list'] = () => Promise.reject({ code: 'edge-unavailable', message: 'The edge does not answer' });
    await readCertificates('s1');
    expect(useCertificates.getState().overview).toMatchObject({ value: { hosts: [host] }, error: { message: 'The edge does not answer' } });
  });
});

describe('changes', () => {
  it('are shown at once, and looked at anew', async () => {
    await readCertificates('s1');
    answers['certificates.list'] = () => new Promise(() => undefined);
    await setHttps('s1', host.host, 'redirect');
    expect(useCertificates.getState()).toMatchObject({ asking: null, overview: { value: { hosts: [{ https: 'redirect' }] } } });
    expect(askedFor('certificates.set-https')).toEqual([{ server: 's1', host: host.host, mode: 'redirect' }]);
    expect(askedFor('certificates.list')).toHaveLength(2);
    expect(askedFor('servers.refresh')).toHaveLength(1);
  });

  it('say why they were not made', async () => {
    await readCertificates('s1');
    answers['certificates.set-https'] = () => Promise.reject({ code: 'edge-unavailable', message: 'The edge does not answer' });
    await setHttps('s1', host.host, 'hsts');
    const { failure, overview } = useCertificates.getState();
    expect(failure?.message).toBe('The edge does not answer');
    expect(overview.value?.hosts[0]?.https).toBeNull();
  });

  it('keep nothing of a key that was given', async () => {
    answers['certificates.install'] = () => ({ name: 'own_shop', warning: null });
    await installCertificate('s1', 'CHAIN', 'SECRET');
    expect(JSON.stringify(useCertificates.getState())).not.toMatch(/CHAIN|SECRET/);
  });
});

describe('a job that gets a certificate', () => {
  const request = {
    names: ['shop.example.com'],
    directory: { kind: 'letsencrypt' as const },
    challenge: { kind: 'http' as const },
    email: null,
    key: 'ecdsa' as const,
    renew: false,
  };

  it('is shown', async () => {
    answers['certificates.obtain'] = () => ({ job: 'j1' });
    await obtainCertificate('s1', request);
    expect(useView.getState().view).toEqual({ kind: 'job', job: 'j1' });
  });

  it('is followed to its end, once', async () => {
    const stop = followCertificateJobs();
    const job = (change: Partial<JobSummary>): JobSummary => jobOf({ id: 'j1', kind: 'certificate', app: null, ...change });
    await readCertificates('s1');
    useJobs.setState({ jobs: [job({})] });
    expect(askedFor('certificates.list')).toHaveLength(1);
    useJobs.setState({ jobs: [job({ state: 'succeeded', endedAt: 5 })] });
    useJobs.setState({ jobs: [job({ state: 'succeeded', endedAt: 5 })] });
    expect(askedFor('certificates.list')).toHaveLength(2);
    expect(askedFor('servers.refresh')).toEqual([{ server: 's1' }]);
    stop();
  });
});
