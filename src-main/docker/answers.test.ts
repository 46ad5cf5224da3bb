import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../contract/index.ts';
import { DockerAnswer, fromAnswer, fromTransport } from './errors.ts';
import { splitReference } from './images.ts';
import { textLines } from './json-lines.ts';
import { stepOf } from './progress.ts';
import { checkedReference, path } from './transport.ts';

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
    [404, 'No such container: abc', 'not-found'],
    [500, 'failed to register layer: write /usr/lib/x: no space left on device', 'disk-full'],
    [400, 'invalid reference format', 'docker-failed'],
  ] as const)('%i %s', (status, words, code) => {
    const error = fromAnswer(new DockerAnswer(status, words), 'do it');
    expect(error.code).toBe(code);
    expect(error.detail).toBe(words);
  });

  it('explains a socket that refuses, and leaves a lost connection as it is', () => {
    expect(fromTransport(new ExpectedError('channel-refused', 'x'), 'answer')).toMatchObject({ code: 'docker-unavailable' });
    const lost = new ExpectedError('ssh-lost', 'gone');
    expect(fromTransport(lost, 'answer')).toBe(lost);
    const forbidden = new ExpectedError('channel-refused', 'x', { cause: { reason: 1 } });
    expect(fromTransport(forbidden, 'answer')).toBe(forbidden);
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
