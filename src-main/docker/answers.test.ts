import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../contract/index.ts';
import { DockerAnswer, Failures } from './errors.ts';
import { splitReference } from './images.ts';
import { textLines } from './json-lines.ts';
import { stepOf } from './progress.ts';
import { checkedReference, path } from './transport.ts';

const failures = new Failures(() => 'web1');

describe("Docker's refusals, in its own words of 20.10", () => {
  it.each([
    [500, 'rpc error: code = Unknown desc = update out of sequence', 'busy'],
    [409, 'rpc error: code = AlreadyExists desc = config x already exists', 'name-taken'],
    [409, 'rpc error: code = AlreadyExists desc = name conflicts with an existing object: service shop-r1 already exists', 'name-taken'],
    [409, 'network with name longshore already exists', 'name-taken'],
    [
      503,
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
      'not-set-up',
    ],
    [
      503,
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /var/run/docker/swarm/control.sock: connect: no such file or directory"',
      'docker-unavailable',
    ],
    [404, 'No such container: abc', 'not-found'],
    [409, 'can not get logs from container which is dead or marked for removal', 'not-found'],
    [500, 'failed to register layer: write /usr/lib/x: no space left on device', 'disk-full'],
    [400, 'invalid reference format', 'docker-failed'],
  ] as const)('%i %s', (status, words, code) => {
    const error = failures.fromAnswer(new DockerAnswer(status, words), 'do it');
    expect(error.code).toBe(code);
    expect(error.detail).toBe(words);
    expect(error.message).toContain('web1');
  });

  it('says whose disk is full, and by the name that the server has now', () => {
    let name = 'web1';
    const renamed = new Failures(() => name);
    name = 'shop-eu';
    expect(renamed.fullDisk('write /x: no space left on device', 'build the image')).toMatchObject({
      code: 'disk-full',
      message: 'The disk of shop-eu is full, so Docker could not build the image',
      next: expect.stringContaining('Free some space on shop-eu'),
    });
    expect(renamed.fullDisk('exit code 1', 'build the image')).toBeNull();
  });

  it('names the server for a call that took too long and one that broke off', () => {
    for (const error of [new DOMException('too long', 'TimeoutError'), new Error('socket hang up')])
      expect(failures.fromTransport(error, 'answer')).toMatchObject({
        code: 'docker-unavailable',
        message: expect.stringContaining('Docker on web1'),
      });
  });

  it('explains a socket that refuses, and leaves a lost connection as it is', () => {
    expect(failures.fromTransport(new ExpectedError('channel-refused', 'x'), 'list services')).toMatchObject({
      code: 'docker-unavailable',
      message: 'Docker does not answer on web1, so it could not list services',
      next: expect.stringContaining('set-up of web1'),
    });
    const lost = new ExpectedError('ssh-lost', 'gone');
    expect(failures.fromTransport(lost, 'answer')).toBe(lost);
    const forbidden = new ExpectedError('channel-refused', 'x', { cause: { reason: 1 } });
    expect(failures.fromTransport(forbidden, 'answer')).toBe(forbidden);
  });
});

describe('names in paths', () => {
  it('lets no name out of its segment', () => {
    expect(path`/services/${'shop-r1'}/update`).toBe('/services/shop-r1/update');
    for (const name of ['', '..', '../x', 'a/b', 'a?b', 'a b', '.hidden', 'a\n', 'ä']) {
      expect(() => path`/services/${name}`, name).toThrow(ExpectedError);
    }
  });

  it('takes references of images and nothing else', () => {
    for (const good of ['node:20', 'longshore/shop:r1', 'registry.example.com:5000/a/b:1', 'a@sha256:00', 'sha256:00']) {
      expect(checkedReference(good)).toBe(good);
    }
    for (const bad of ['', '../x', 'a//b', 'a/../b', '-a', 'a b', 'a?x', 'a#x', 'a%2e']) {
      expect(() => checkedReference(bad), bad).toThrow(ExpectedError);
    }
  });

  it('always has a tag to pull', () => {
    expect(splitReference('node')).toEqual({ name: 'node', tag: 'latest' });
    expect(splitReference('host:5000/node')).toEqual({ name: 'host:5000/node', tag: 'latest' });
    expect(splitReference('host:5000/node:20')).toEqual({ name: 'host:5000/node', tag: '20' });
    expect(splitReference('node@sha256:00')).toEqual({ name: 'node', tag: 'sha256:00' });
  });
});

it('recognises the steps of the classic builder', () => {
  expect(stepOf('Step 2/7 : RUN npm ci')).toEqual({ number: 2, of: 7 });
  expect(stepOf('echo Step 2/7 : RUN')).toBeNull();
});

it('gives whole lines however the bytes were split', async () => {
  const bytes = Buffer.from('{"a":"ü"}\n\n{"b":1}\r\n{"c":"😀"}');
  for (let size = 1; size < 12; size++) {
    const lines: string[] = [];
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    };
    for await (const line of textLines(pieces())) lines.push(line.trim());
    expect(lines).toEqual(['{"a":"ü"}', '{"b":1}', '{"c":"😀"}']);
  }
});
