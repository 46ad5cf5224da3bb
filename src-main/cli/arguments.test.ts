import { describe, expect, it } from 'vitest';
import { parseEnvironment, parseSshAddress } from './arguments.ts';

describe('parseSshAddress', () => {
  it('reads user, host and port', () => {
    expect(parseSshAddress('ssh://root@198.51.100.11:2222')).toEqual({ user: 'root', host: '198.51.100.11', port: 2222 });
    expect(parseSshAddress('deploy@harbor.example.com')).toEqual({ user: 'deploy', host: 'harbor.example.com', port: 22 });
    expect(parseSshAddress('ssh://root@[2001:db8::1]')).toEqual({ user: 'root', host: '2001:db8::1', port: 22 });
  });

  it.each(['', 'http://root@host', 'ssh://', 'ssh://root@host/path', 'ssh://root@host:99999'])('refuses %j', (text) => {
    expect(() => parseSshAddress(text)).toThrowError(/is not an SSH address/);
  });

  it('refuses a password in the address', () => {
    expect(() => parseSshAddress('ssh://root:secret@host')).toThrowError(/password does not belong/);
  });
});

describe('parseEnvironment', () => {
  it('keeps everything after the first equals sign', () => {
    expect(parseEnvironment(['A=1', 'URL=http://x/?a=b', 'A=2', 'EMPTY='])).toEqual({ A: '2', URL: 'http://x/?a=b', EMPTY: '' });
  });

  it('takes a bare name from its own environment', () => {
    process.env['LONGSHORE_TEST_VALUE'] = 'here';
    expect(parseEnvironment(['LONGSHORE_TEST_VALUE'])).toEqual({ LONGSHORE_TEST_VALUE: 'here' });
    expect(() => parseEnvironment(['LONGSHORE_NOT_SET_ANYWHERE'])).toThrowError(/is not set here/);
  });

  it('refuses a name that is none, and never shows a value', () => {
    const refused = (...pairs: string[]): string => {
      try {
        parseEnvironment(pairs);
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
      return 'not refused';
    };
    expect(refused('9A=hunter2')).toBe('--env 9A: A variable name has letters, digits and underscores and does not begin with a digit.');
    expect(refused('A=1', 'hunter2!')).toMatch(/^--env number 2: A variable name/);
  });
});
