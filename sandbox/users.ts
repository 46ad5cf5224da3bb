/** The users that every practice server has. The passwords are no secrets: they exist on practice servers only. */

export interface PasswordUser {
  readonly name: string;
  readonly password: string;
  /** What sudo asks of the user: nothing, the password, or sudo is not allowed at all. */
  readonly sudo: 'free' | 'password' | 'none';
}

export const passwordUsers: readonly PasswordUser[] = [
  { name: 'deploy', password: 'deploy-practice', sudo: 'free' },
  { name: 'sam', password: 'sam-practice', sudo: 'password' },
  { name: 'visitor', password: 'visitor-practice', sudo: 'none' },
];
