/** Packing a folder, beside everything else that can: no server is needed for it. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildProduct } from './archive/build-product.ts';
import { type Corpus, makeLarge, makeMono, makePlain, monoShape } from './archive/corpora.ts';
import { peakAbove } from './archive/peak-memory.ts';
import { bringPeers, peerVersions } from './archive/peers.ts';
import { isInstalled, type Pipe, pipes, timePipe } from './archive/programs.ts';
import { type Run, WarmProcess } from './archive/warm-process.ts';
import { interleaved, loadAtEnd, markdown, ms, spread, summarise } from './measure.ts';

export interface ArchiveBenchOptions {
  /** A twentieth of the files and few runs, to try the benchmark itself. */
  readonly quick: boolean;
}

/** What is called "warm": the app has packed something before. */
const WARM_UPS = 8;
const slowWays = {
  naive: 'naive walk, `ignore`, tar-stream',
  'tar-fs': 'tar-fs, `ignore` for the root',
  'node-tar': 'node-tar, `ignore` for the root',
  globby: 'globby, tar-stream',
} as const;

export async function benchArchive({ quick }: ArchiveBenchOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-bench-archive-'));
  const built = await buildProduct();
  const product = new WarmProcess(built.module, []);
  const missing: string[] = [];
  let peers: WarmProcess | null = null;
  try {
    const manifest = await bringPeers();
    if (manifest === null) missing.push(...Object.keys(peerVersions), 'tartplus-like');
    // Not with what this process was started with but for the loader of TypeScript.
    else peers = new WarmProcess(resolve('bench/archive/peer-process.ts'), [manifest]);
    const programs = await thosePresent(missing);
    const sections = [
      await onMono(folder, product, peers, programs, quick),
      await growing('ignored files', ignoredSets(folder, quick), product, programs, quick),
      await growing('kept files', keptSets(folder, quick), product, programs, quick),
      await memoryOf(folder, built.module, quick),
    ];
    sections.push(loadAtEnd());
    sections.push(missing.length > 0 ? `Missing here, so not measured: ${missing.join(', ')}.` : 'No peer was missing.');
    return sections.join('\n\n');
  } finally {
    product.end();
    peers?.end();
    await built.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function thosePresent(missing: string[]): Promise<Pipe[]> {
  const present: Pipe[] = [];
  for (const pipe of Object.keys(pipes) as Pipe[]) {
    const program = pipe.startsWith('rg') ? 'rg' : 'git';
    if (await isInstalled(program)) present.push(pipe);
    else missing.push(pipe);
  }
  return present;
}

async function onMono(
  folder: string,
  product: WarmProcess,
  peers: WarmProcess | null,
  programs: readonly Pipe[],
  quick: boolean,
): Promise<string> {
  const shape = monoShape(quick);
  const corpus = makeMono(join(folder, 'mono'), shape);
  const found = new Map<string, Run>();
  let at = corpus.folder;
  const ask = (process: WarmProcess, what: string) => async (): Promise<number> => {
    const run = await process.run({ what, folder: at });
    found.set(what, run);
    return run.ms;
  };
  let moves = 0;
  // Under another path, so that nothing is remembered of it.
  const askUnseen = async (): Promise<number> => {
    const moved = join(folder, `mono-${++moves}`);
    renameSync(at, moved);
    at = moved;
    const run = await product.run({ what: 'tar', folder: at });
    found.set('unseen', run);
    // And seen again for those after it.
    await product.run({ what: 'scan', folder: at });
    return run.ms;
  };
  const cold = await product.run({ what: 'tar', folder: corpus.folder });
  for (let run = 0; run < WARM_UPS; run++) for (const what of ['tar', 'gzip']) await product.run({ what, folder: corpus.folder });
  const contenders: Record<string, () => Promise<number>> = {
    unseen: askUnseen,
    tar: ask(product, 'tar'),
    gzip: ask(product, 'gzip'),
    scan: ask(product, 'scan'),
  };
  for (const pipe of programs) contenders[pipe] = () => timePipe(pipe, at);
  const times = await interleaved(contenders, quick ? 3 : 15);
  const slow: Record<string, () => Promise<number>> = {};
  if (peers) for (const way of Object.keys(slowWays)) slow[way] = ask(peers, way);
  const slowTimes = await interleaved(slow, quick ? 1 : 4);
  const slowest = peers ? { tartplus: summarise([await ask(peers, 'tartplus')()]) } : {};
  rmSync(at, { recursive: true, force: true });

  const base = times['git | tar'];
  const labels: Readonly<Record<string, string>> = {
    unseen: '**Longshore, tar, a folder never scanned before**',
    tar: '**Longshore, tar**',
    gzip: '**Longshore, gzip 1**',
    scan: 'Longshore, scan alone',
    ...Object.fromEntries(Object.keys(pipes).map((pipe) => [pipe, `\`${pipe.replaceAll('|', '\\|')}\``])),
    ...slowWays,
    tartplus: 'like tartplus',
  };
  const rows = Object.entries({ ...times, ...slowTimes, ...slowest })
    .sort(([, a], [, b]) => a.median - b.median)
    .map(([name, time]) => {
      const { bytes, files } = found.get(name) ?? { bytes: null, files: null };
      const size = bytes === null || bytes === 0 ? '' : `${(bytes / 1e6).toFixed(1)} MB`;
      return [
        labels[name] ?? name,
        spread(time),
        base ? `${(time.median / base.median).toFixed(2)}` : '',
        String(files ?? ''),
        size,
        String(time.runs),
      ];
    });
  const table = markdown([['the big Node project', 'median (least–most)', 'of `git \\| tar`', 'files', 'size', 'runs'], ...rows]);
  const head = `${shape.kept} files of ${(shape.keptBytes / 1e6).toFixed(1)} MB in ${shape.folders} folders, beside ${shape.modules + shape.built} ignored ones. `;
  return `${head}Longshore runs as in the app: its thread is there; the very first pack of a process took ${ms(cold.ms)}. Programs are started each time.\n\n${table}`;
}

interface GrowthSet {
  readonly label: string;
  readonly make: () => Corpus;
}

function ignoredSets(folder: string, quick: boolean): GrowthSet[] {
  const counts = quick ? [0, 2_000] : [0, 50_000, 200_000];
  return counts.map((ignored) => ({
    label: `2,000 kept, ${ignored.toLocaleString('en')} ignored`,
    make: () => makePlain(join(folder, `ignored-${ignored}`), 2000, ignored),
  }));
}

function keptSets(folder: string, quick: boolean): GrowthSet[] {
  const counts = quick ? [500, 2000] : [500, 2000, 8000, 32_000];
  return counts.map((kept) => ({
    label: `${kept.toLocaleString('en')} kept`,
    make: () => makePlain(join(folder, `kept-${kept}`), kept, 0),
  }));
}

/** All sets of a kind are measured in turn, so that what the machine does meanwhile falls on all alike. */
async function growing(
  kind: string,
  sets: readonly GrowthSet[],
  product: WarmProcess,
  programs: readonly Pipe[],
  quick: boolean,
): Promise<string> {
  const made = sets.map(({ label, make }) => ({ label, corpus: make() }));
  const shown = programs.filter((pipe) => !pipe.includes('gzip'));
  const contenders: Record<string, () => Promise<number>> = {};
  for (const { label, corpus } of made) {
    const { folder } = corpus;
    await product.run({ what: 'tar', folder });
    contenders[`${label} tar`] = async () => (await product.run({ what: 'tar', folder })).ms;
    for (const pipe of shown) contenders[`${label} ${pipe}`] = () => timePipe(pipe, folder);
  }
  const times = await interleaved(contenders, quick ? 3 : 11);
  for (const { corpus } of made) rmSync(corpus.folder, { recursive: true, force: true });
  const first = made[0]?.label ?? '';
  const rows = made.map(({ label }) => [
    label,
    ...['tar', ...shown].map((name) => {
      const time = times[`${label} ${name}`];
      const before = times[`${first} ${name}`];
      return time && before ? `${spread(time)}, ×${(time.median / before.median).toFixed(2)}` : '';
    }),
  ]);
  return markdown([[`growth with ${kind}`, '**Longshore, tar**', ...shown.map((pipe) => `\`${pipe.replace('|', '\\|')}\``)], ...rows]);
}

async function memoryOf(folder: string, module: string, quick: boolean): Promise<string> {
  const { folder: large } = makeLarge(join(folder, 'large'), quick ? 500_000_000 : 5_000_000_000, quick ? 2000 : 20_000);
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const rows: string[][] = [];
  for (const [what, label] of [
    ['tar', 'tar'],
    ['gzip', 'gzip 1'],
  ] as const) {
    const product = new WarmProcess(module, []);
    // Its thread runs, and it has never packed.
    await product.run({ what: 'scan', folder: empty });
    let bytes = 0;
    const { idle, above } = await peakAbove(product.pid, async () => {
      bytes = (await product.run({ what, folder: large })).bytes;
    });
    rows.push([`Longshore, ${label}`, `${(bytes / 1e6).toFixed(0)} MB`, mebibytes(idle), mebibytes(above)]);
    product.end();
  }
  rmSync(large, { recursive: true, force: true });
  const title = quick ? 'memory, 0.5 GB in 2,005 files' : 'memory, 5 GB in 20,005 files';
  return markdown([[title, 'archive', 'idle (RSS)', 'peak above idle'], ...rows]);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
