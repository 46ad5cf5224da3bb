import type { Recogniser } from './proposal.ts';

/** Recognises a site of plain files by its index.html, at the root or in one of the usual folders. */
export const recogniseStatic: Recogniser = async (files) => {
  const index = files.first([
    'index.html',
    'public/index.html',
    'dist/index.html',
    'build/index.html',
    '_site/index.html',
    'site/index.html',
    'www/index.html',
    'htdocs/index.html',
    'docs/index.html',
  ]);
  if (index === null) return null;
  const output = index.includes('/') ? index.slice(0, index.indexOf('/')) : '.';
  const label = 'Static site, served by nginx';
  return {
    language: 'static',
    label,
    reasons: [index],
    template: 'static',
    values: { label, output, port: '8080', singlePage: false },
    port: 8080,
  };
};
