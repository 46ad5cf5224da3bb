import { z } from 'zod';
import type { Recogniser } from './proposal.ts';

const composerJson = z.object({ require: z.record(z.string(), z.string()).catch({}).default({}) });

/** Extensions that compile with what the image brings along. */
const compilable = new Set(['bcmath', 'exif', 'mysqli', 'opcache', 'pcntl', 'pdo_mysql', 'sockets']);

/** Recognises PHP by composer.json or an index.php; Apache serves it, from `public` where that is the entry. */
export const recognisePhp: Recogniser = async (files) => {
  const index = files.first(['public/index.php', 'web/index.php', 'index.php']);
  if (index === null) return null;
  const composer = files.has('composer.json') ? parseComposer(await files.text('composer.json')) : null;
  const folder = index.includes('/') ? `/${index.slice(0, index.indexOf('/'))}` : '';
  const framework = files.has('artisan')
    ? 'Laravel'
    : files.has('bin/console')
      ? 'Symfony'
      : files.has('wp-config-sample.php')
        ? 'WordPress'
        : null;
  const version = /(?<!\d)(8\.[1-5])/.exec(composer?.require['php'] ?? '')?.[1] ?? '8';
  const wanted = Object.keys(composer?.require ?? {})
    .filter((name) => name.startsWith('ext-'))
    .map((name) => name.slice(4).replace('-', '_'));
  const extensions = [
    ...new Set([...wanted, ...(framework === null ? [] : ['pdo_mysql', 'opcache']), ...(framework === 'WordPress' ? ['mysqli'] : [])]),
  ];
  const label = `${framework ?? 'PHP'}${framework ? ' on PHP' : ''} ${version}`;
  const needsPackages = Object.keys(composer?.require ?? {}).some((name) => name !== 'php' && !name.startsWith('ext-'));
  return {
    language: 'php',
    label,
    reasons: [...(composer ? ['composer.json'] : []), index],
    template: 'php',
    values: {
      label,
      tag: `${version}-apache`,
      install: needsPackages && !files.has('vendor/autoload.php'),
      extensions: extensions.filter((name) => compilable.has(name)).join(' '),
      documentRoot: `/var/www/html${folder}`,
      port: '8080',
    },
    port: 8080,
  };
};

function parseComposer(text: string): z.infer<typeof composerJson> | null {
  try {
    return composerJson.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
