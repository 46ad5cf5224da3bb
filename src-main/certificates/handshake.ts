import { connect } from 'node:tls';
import { withDeadline } from '../base/wait.ts';
import type { SshConnection } from '../ssh/types.ts';
import { type CertificateFacts, factsOfCertificate } from './facts.ts';

const shakenWithinMs = 10_000;

export interface Served extends CertificateFacts {
  /** By an authority that this computer's Node knows, for the name that was asked for. */
  readonly trusted: boolean;
}

/**
 * What a client gets to see that asks the edge for `host` over TLS, by a real handshake at the published port, from the server itself.
 * Null where there was none: the edge has no certificate for that name, or nothing listens.
 */
export async function servedFor(connection: Pick<SshConnection, 'openTcp'>, host: string, signal?: AbortSignal): Promise<Served | null> {
  const deadline = withDeadline(shakenWithinMs, signal);
  const channel = await connection.openTcp('127.0.0.1', 443, deadline).catch((error: unknown) => {
    if (signal?.aborted) throw signal.reason;
    if (deadline.aborted) return null;
    throw error;
  });
  if (channel === null) return null;
  const stop = (): void => {
    channel.destroy();
  };
  deadline.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Served | null>((resolve) => {
      // Who it is shall be seen, not refused: nothing secret is sent.
      const socket = connect({ socket: channel, servername: host, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
      socket.once('secureConnect', () => {
        const certificate = socket.getPeerX509Certificate();
        resolve(certificate ? { ...factsOfCertificate(certificate), trusted: socket.authorized } : null);
        socket.destroy();
      });
      socket.once('error', () => resolve(null));
      socket.once('close', () => resolve(null));
    });
  } finally {
    deadline.removeEventListener('abort', stop);
    channel.destroy();
    signal?.throwIfAborted();
  }
}
