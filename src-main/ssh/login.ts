import type { AnyAuthMethod, AuthenticationType, KeyboardInteractiveAuthMethod, Prompt } from 'ssh2';
import { type ConnectionNeed, ExpectedError } from '../contract/index.ts';
import { UserNeeded } from './failures.ts';
import { readKeyFile } from './key-file.ts';
import type { ConnectionTarget, Secrets } from './target.ts';

export interface LoginOptions {
  readonly secrets: Secrets;
  /** The agent's socket or pipe; undefined when none runs. */
  readonly agentSocket: string | undefined;
}

/**
 * The order in which one login tries what the profile allows, as an answer to what the server still wants (RFC 4252). It tries each
 * thing once: a wrong password sent twice counts twice on the server, whose owner then locks us out.
 */
export class Login {
  /** Why the login cannot go on; what `next` said last when it returned false. */
  failure: UserNeeded | null = null;
  readonly #tried = new Set<AuthenticationType>();
  #last: AuthenticationType | null = null;
  /** What the server asked for that we have no answer to. */
  #unanswered: string | null = null;

  constructor(
    private readonly target: ConnectionTarget,
    private readonly options: LoginOptions,
  ) {}

  /** The next thing to try; false when there is none. `left` is null at the beginning. */
  async next(left: readonly AuthenticationType[] | null, partialSuccess: boolean | null): Promise<AnyAuthMethod | false> {
    try {
      const method = await this.#choose(left, partialSuccess === true);
      this.#tried.add(method.type);
      this.#last = method.type;
      return method;
    } catch (error) {
      this.failure = error instanceof UserNeeded ? error : new UserNeeded({ kind: 'authentication' }, this.#failed(String(error)));
      return false;
    }
  }

  /** The server wants a new password, which only an interactive login can give. */
  passwordExpired(prompt: string): void {
    this.failure = new UserNeeded(
      { kind: 'authentication' },
      this.#failed(
        prompt,
        `The password of ${this.#who} has expired.`,
        `Log in once by ssh ${this.target.user}@${this.target.host} and set a new one.`,
      ),
    );
  }

  async #choose(left: readonly AuthenticationType[] | null, partial: boolean): Promise<AnyAuthMethod> {
    const { authentication, user: username } = this.target;
    // Asks which methods there are. OpenSSH does not count it as a failure.
    if (left === null) return { type: 'none', username };
    const takes = (method: AuthenticationType): boolean => left.includes(method);
    const firstFactor = authentication.kind === 'password' || partial || this.#tried.has('publickey') || this.#tried.has('agent');
    if (!firstFactor) {
      if (!takes('publickey')) throw this.#notTaken(left);
      return authentication.kind === 'agent' ? this.#agent() : this.#key(authentication.identityFile);
    }
    if (partial && (this.#last === 'password' || this.#last === 'keyboard-interactive'))
      throw this.#moreThanPassword(`It goes on with: ${left.join(', ')}`);
    const keyAccepted = partial && (this.#last === 'publickey' || this.#last === 'agent');
    if (authentication.kind !== 'password' && !keyAccepted && !this.#tried.has('password') && !this.#tried.has('keyboard-interactive')) {
      throw this.#keyRefused();
    }
    return this.#password(left, takes);
  }

  #agent(): AnyAuthMethod {
    const agent = this.options.agentSocket;
    if (agent) return { type: 'agent', username: this.target.user, agent };
    throw new UserNeeded(
      { kind: 'authentication' },
      new ExpectedError('authentication-failed', 'No SSH agent runs on this computer.', {
        next: 'Start one (SSH_AUTH_SOCK has to be set), or choose a key file for this server.',
      }),
    );
  }

  async #key(identityFile: string): Promise<AnyAuthMethod> {
    const need = { kind: 'passphrase', identityFile } as const;
    let read = await readKeyFile(identityFile, null).catch((error: unknown) => {
      throw error instanceof ExpectedError ? new UserNeeded({ kind: 'authentication' }, error) : error;
    });
    if (read.kind === 'locked') {
      const passphrase = await this.options.secrets.get(need);
      if (passphrase === null) {
        throw new UserNeeded(
          need,
          new ExpectedError('passphrase-needed', `The key file ${identityFile} is encrypted.`, { next: 'Enter its passphrase.' }),
        );
      }
      read = await readKeyFile(identityFile, passphrase);
    }
    if (read.kind === 'key') return { type: 'publickey', username: this.target.user, key: read.key };
    throw new UserNeeded(
      need,
      new ExpectedError('authentication-failed', `The passphrase does not open the key file ${identityFile}.`, {
        next: 'Enter it again.',
        detail: read.kind === 'wrong-passphrase' ? read.detail : undefined,
      }),
    );
  }

  async #password(left: readonly AuthenticationType[], takes: (method: AuthenticationType) => boolean): Promise<AnyAuthMethod> {
    const { user: username } = this.target;
    if (this.#tried.has('password') || this.#tried.has('keyboard-interactive')) throw this.#passwordRefused();
    const method = takes('password') ? 'password' : takes('keyboard-interactive') ? 'keyboard-interactive' : null;
    if (method === null) throw this.#notTaken(left);
    const password = await this.options.secrets.get({ kind: 'password' });
    if (password === null) {
      throw new UserNeeded(
        { kind: 'password' },
        new ExpectedError('password-needed', `${this.#who} asks for a password.`, { next: 'Enter it.' }),
      );
    }
    return method === 'password' ? { type: 'password', username, password } : this.#keyboardInteractive(password);
  }

  /** RFC 4256. Most servers ask for the password that way; a one-time code is more than we can answer, and sending the password for it would be wrong. */
  #keyboardInteractive(password: string): KeyboardInteractiveAuthMethod {
    let given = false;
    const prompt = (
      _name: string,
      _instructions: string,
      _language: string,
      prompts: Prompt[],
      finish: (answers: string[]) => void,
    ): void => {
      const [only, ...others] = prompts;
      if (!given && only && others.length === 0 && only.echo !== true && !oneTimeCode.test(only.prompt)) {
        given = true;
        finish([password]);
        return;
      }
      this.#unanswered = prompts.map((asked) => printable(asked.prompt)).join(', ');
      finish(prompts.map(() => ''));
    };
    return { type: 'keyboard-interactive', username: this.target.user, prompt };
  }

  #passwordRefused(): UserNeeded {
    if (this.#unanswered !== null) return this.#moreThanPassword(`The server asked: ${this.#unanswered}`);
    return new UserNeeded({ kind: 'password' }, this.#failed(undefined, `${this.#who} did not accept the password.`, 'Enter it again.'));
  }

  #moreThanPassword(detail: string): UserNeeded {
    return new UserNeeded(
      { kind: 'authentication' },
      this.#failed(detail, `${this.#who} asks for more than a password.`, 'Use a key for this server: one-time codes cannot be answered.'),
    );
  }

  #keyRefused(): UserNeeded {
    const { authentication } = this.target;
    const what = authentication.kind === 'key' ? `the key ${authentication.identityFile}` : 'any key of the SSH agent';
    return new UserNeeded(
      { kind: 'authentication' },
      this.#failed(
        undefined,
        `${this.#who} did not accept ${what}.`,
        'Add the public key to ~/.ssh/authorized_keys there (ssh-copy-id), or log in another way.',
      ),
    );
  }

  #notTaken(left: readonly AuthenticationType[]): UserNeeded {
    const need: ConnectionNeed = { kind: 'authentication' };
    const asked = this.target.authentication.kind === 'password' ? 'a password' : 'a key';
    return new UserNeeded(
      need,
      this.#failed(
        `The server takes: ${left.join(', ') || 'nothing'}`,
        `${this.#who} does not let ${asked} in.`,
        'Choose another way to log in for this server.',
      ),
    );
  }

  get #who(): string {
    return `“${this.target.name}” (user ${this.target.user})`;
  }

  #failed(
    detail: string | undefined,
    message = `The login at ${this.#who} failed.`,
    next = 'Check the user name and how to log in.',
  ): ExpectedError {
    return new ExpectedError('authentication-failed', message, { next, detail });
  }
}

/** A hidden prompt that wants something else than the password. */
const oneTimeCode = /code|token|otp|one-time|verification|authenticator/i;

/** Text from a server, to be shown: no control or direction characters, and not endless. */
function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, ' ')
    .trim()
    .slice(0, 200);
}
