import { isPlainPath, type Recogniser } from './proposal.ts';

/** Recognises a Go module with a main package at its root or below `cmd`. */
export const recogniseGo: Recogniser = async (files) => {
  if (!files.has('go.mod')) return null;
  const module = await files.text('go.mod');
  const version = /^go\s+(1\.\d{1,2})/m.exec(module)?.[1] ?? '1';
  let main: string | null = null;
  for (const source of files.matching(/^[^/]+\.go$|^cmd\/[^/]+\/[^/]+\.go$|^cmd\/[^/]+\.go$/)) {
    if (source.endsWith('_test.go') || !/^package main\b/m.test(await files.text(source))) continue;
    const folder = source.includes('/') ? source.slice(0, source.lastIndexOf('/')) : '';
    if (folder !== '' && !isPlainPath(folder)) continue;
    main = folder === '' ? '.' : `./${folder}`;
    if (folder === '') break;
  }
  if (main === null) return null;
  const framework = ['gin-gonic/gin', 'labstack/echo', 'gofiber/fiber', 'go-chi/chi'].find((name) => module.includes(`github.com/${name}`));
  const label = `Go ${version}${framework ? `, ${framework.split('/')[1]}` : ''}`;
  const hasSum = files.has('go.sum');
  const vendored = files.has('vendor/modules.txt');
  // Only downloads when something is required, so that a module of the standard library alone builds without a network.
  const download = !vendored && /^\s*require\b/m.test(module);
  const assets = ['templates', 'static', 'public', 'assets', 'web', 'views'].filter(
    (name) => files.matching(new RegExp(`^${name}/`)).length > 0,
  );
  return {
    language: 'go',
    label,
    reasons: ['go.mod', `package main in ${main === '.' ? 'the folder itself' : main}`],
    template: 'go',
    values: {
      label,
      tag: `${version}-alpine`,
      download,
      manifests: hasSum ? 'go.mod go.sum' : 'go.mod',
      package: main,
      assets: assets.join(' '),
      port: '8080',
    },
    port: 8080,
  };
};
