import { saysDiskFull } from '../base/disk-free.ts';
import { ExpectedError, isCancellation } from '../contract/index.ts';

/** What Docker answered when it did not do what was asked. */
export class DockerAnswer extends Error {
  override readonly name: string = 'DockerAnswer';
  constructor(
    readonly status: number,
    /** Docker's own words. */
    readonly words: string,
  ) {
    super(words);
  }
}

/** Says what went wrong with Docker on one server, by that server's name. `doing` completes the sentence "Docker on NAME could not …". */
export class Failures {
  constructor(private readonly name: () => string) {}

  /** The server's name as it is now. */
  get server(): string {
    return this.name();
  }

  /**
   * The error for an answer of Docker that is not a success. The texts are Docker's and Swarm's own; where a status alone says it, only
   * the status is looked at.
   */
  fromAnswer(answer: DockerAnswer, doing: string): ExpectedError {
    const { status, words } = answer;
    const detail = words;
    const { server } = this;
    const full = this.fullDisk(words, doing);
    if (full) return full;
    if (/update out of sequence/i.test(words)) {
      return new ExpectedError('busy', `Somebody else changed it while Docker on ${server} was asked to ${doing}`, {
        detail,
        next: 'Try again.',
      });
    }
    if (status === 409 && /already exists|name conflicts|is already in use/i.test(words)) {
      return new ExpectedError('name-taken', `Docker on ${server} could not ${doing}: the name is taken`, { detail });
    }
    if (/not a swarm manager|no swarm|swarm is not|must be.*swarm/i.test(words)) {
      return new ExpectedError('not-set-up', `Docker on ${server} could not ${doing}: the server does not manage a swarm`, {
        detail,
        next: `Run the set-up of ${server} again.`,
      });
    }
    if (/does not have a leader|swarm is encrypted/i.test(words)) {
      return new ExpectedError('docker-unavailable', `Docker on ${server} could not ${doing}: the swarm has no leader at the moment`, {
        detail,
        next: `Try again in a few seconds; if it stays like this, look at \`docker node ls\` on ${server}.`,
      });
    }
    // A Docker that is being stopped or started still answers, but its manager no longer or not yet.
    if (/rpc error: code = Unavailable/.test(words)) {
      return new ExpectedError('docker-unavailable', `Docker on ${server} could not ${doing}: its swarm does not answer at the moment`, {
        detail,
        next: 'Try again in a few seconds.',
      });
    }
    // Docker's answer while it takes away a container, before it is a 404.
    const going = status === 409 && /dead or marked for removal|removal of container .* is already in progress/i.test(words);
    if (status === 404 || going)
      return new ExpectedError('not-found', `Docker on ${server} could not ${doing}: it is not there`, { detail });
    return new ExpectedError('docker-failed', `Docker on ${server} could not ${doing}: ${firstLine(words)}`, { detail });
  }

  /** `disk-full` when the words say so, otherwise null. */
  fullDisk(words: string, doing: string): ExpectedError | null {
    if (!saysDiskFull(words)) return null;
    return new ExpectedError('disk-full', `The disk of ${this.server} is full, so Docker could not ${doing}`, {
      detail: words,
      next: `Free some space on ${this.server}, for example by removing images that are not used, and try again.`,
    });
  }

  /**
   * The error for anything thrown on the way to or from Docker. Errors that already say what happened, and cancellations, pass as they
   * are; the loss of a channel becomes `docker-unavailable`.
   */
  fromTransport(error: unknown, doing: string): unknown {
    if (error instanceof DockerAnswer) return this.fromAnswer(error, doing);
    const { server } = this;
    if (error instanceof ExpectedError) {
      // Reason 1 of RFC 4254: the SSH server forbids such channels, and the error says so better than anything said of Docker.
      if (error.code !== 'channel-refused' || reasonOf(error.cause) === 1) return error;
      return new ExpectedError('docker-unavailable', `Docker does not answer on ${server}, so it could not ${doing}`, {
        detail: error.detail ?? error.message,
        next: `Run the set-up of ${server} again: it installs Docker, starts it, and gives your user access to it.`,
        cause: error,
      });
    }
    if (isCancellation(error)) return error;
    if (error instanceof Error && isTimeout(error)) {
      return new ExpectedError('docker-unavailable', `Docker on ${server} took too long to ${doing}`, {
        next: `${server} may be busy: look at its load, and try again.`,
        cause: error,
      });
    }
    if (error instanceof Error && isBroken(error)) {
      return new ExpectedError('docker-unavailable', `The connection to Docker on ${server} broke off while it was asked to ${doing}`, {
        detail: error.message,
        next: 'Try again: the connection comes back by itself. If Docker itself was stopped, the set-up starts it.',
        cause: error,
      });
    }
    return error;
  }
}

/** Whether an error is the fate of a connection rather than an answer: node:http and streams name them by code. */
export function isBroken(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  return (
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    code === 'ERR_STREAM_DESTROYED' ||
    /socket hang up|aborted|premature close|channel/i.test(error.message)
  );
}

function reasonOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'reason' in cause ? cause.reason : undefined;
}

function isTimeout(error: Error): boolean {
  return error.name === 'TimeoutError';
}

function firstLine(words: string): string {
  return words.split('\n', 1)[0]?.trim() || 'it gave no reason';
}
