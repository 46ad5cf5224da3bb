/** The import rules of the design, checked on every test run. */
const main = '^src-main/';
const services =
  '^src-main/(archive|apps|builds|certificates|deploy|docker|edge|jobs|logs|ports|renewal|routes|servers|ssh|store|terminal|tunnels|uploads)/';

module.exports = {
  forbidden: [
    {
      name: 'contract-is-pure',
      comment: 'The contract imports nothing but its schema library.',
      severity: 'error',
      from: { path: `${main}contract/`, pathNot: '\\.test\\.ts$' },
      to: { pathNot: [`${main}contract/`, 'node_modules/zod/'] },
    },
    {
      name: 'base-stands-alone',
      comment: 'Base imports nothing of ours.',
      severity: 'error',
      from: { path: `${main}base/`, pathNot: '\\.test\\.ts$' },
      to: { path: '^src-', pathNot: `${main}base/` },
    },
    {
      name: 'electron-only-in-the-shell',
      severity: 'error',
      from: { path: '^src-', pathNot: `${main}(main|preload)\\.ts$|${main}(shell|ipc)/|${main}store/electron-` },
      to: { path: '(^|/)electron($|/)' },
    },
    {
      name: 'ssh2-only-in-ssh',
      severity: 'error',
      from: { path: '^src-', pathNot: `${main}ssh/` },
      to: { path: 'node_modules/(@types/)?ssh2/' },
    },
    {
      name: 'dockerode-only-in-docker',
      severity: 'error',
      from: { path: '^src-', pathNot: `${main}docker/` },
      to: { path: 'node_modules/(@types/)?(dockerode|docker-modem)/' },
    },
    {
      name: 'archive-libraries-only-in-archive',
      severity: 'error',
      from: { path: '^src-', pathNot: `${main}(archive|docker)/` },
      to: { path: 'node_modules/(@types/)?(ignore|tar-stream)/' },
    },
    {
      name: 'settings-library-only-in-store',
      severity: 'error',
      from: { path: '^src-', pathNot: `${main}store/` },
      to: { path: 'node_modules/(electron-store|conf)/' },
    },
    {
      name: 'services-know-no-window',
      comment: 'Services never import ipc, shell or the entries.',
      severity: 'error',
      from: { path: services },
      to: { path: `${main}(ipc|shell)/|${main}(main|preload|cli)\\.ts$` },
    },
    {
      name: 'features-meet-at-interfaces',
      comment: 'A feature reaches another only through its types file or its index.',
      severity: 'error',
      from: {
        path: `${main}(builds|certificates|deploy|apps|logs|terminal|tunnels|edge|jobs|ports|renewal|routes|servers|uploads)/`,
        pathNot: '\\.test\\.ts$|/practice-[a-z-]+\\.ts$',
      },
      to: {
        path: `${main}(certificates|deploy|apps|logs|terminal|tunnels|edge|jobs|routes|servers|ssh|docker|archive|builds|store|ports|uploads)/`,
        pathNot: [`${main}[a-z]+/(types|index)\\.ts$`, `${main}$1/`],
      },
    },
    {
      name: 'window-sees-only-the-contract',
      comment: 'That only bridge/ touches `window.longshore` is held by the types: nobody else is told that it is there.',
      severity: 'error',
      from: { path: '^src-renderer' },
      to: { path: main, pathNot: `${main}contract/` },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'], exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};
