/** How soon the deploy sheet shows what would be sent: the real app in Electron, from the drop to the painted tree. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { type Longshore, launchLongshore } from '../e2e/fixtures.ts';
import { toScanPreview } from '../src-main/archive/preview.ts';
import { scanAnyFolder, scanEntries } from '../src-main/archive/scan.ts';
import { type Corpus, makeMono, monoShape } from './archive/corpora.ts';
import { onDisplay } from './display.ts';
import { loadAtEnd, markdown, type Summary, spread, summarise } from './measure.ts';

/** Needs the built app (`npm run build`). */
export async function benchPreview({ quick }: { readonly quick: boolean }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-bench-preview-'));
  const shape = monoShape(quick);
  const starts = quick ? 1 : 3;
  const opens = quick ? 3 : 10;
  try {
    const corpora = [
      makeMono(join(folder, 'ignored'), shape),
      makeMono(join(folder, 'plain'), { ...shape, modules: 0, built: 0 }),
    ] as const;
    // Without a known way to build, the sheet would begin with that question.
    for (const corpus of corpora) await writeFile(join(corpus.folder, 'Dockerfile'), 'FROM node:22\n');
    const [many, none] = await onDisplay(async (env) => [
      await measure(corpora[0], starts, opens, env),
      await measure(corpora[1], starts, opens, env),
    ]);
    const ignored = shape.modules + shape.built;
    const rows = [
      ['from the drop to the painted tree', `${ignored} ignored files`, 'no ignored file', 'ratio'],
      ['first time after the start', ...compare(many?.first, none?.first)],
      ['from then on', ...compare(many?.again, none?.again)],
      ['of that the scan', ...compare(many?.scan, none?.scan)],
    ];
    return [
      `${shape.kept} kept files in ${shape.folders} folders; ${starts} starts of the app, ${opens} more opens in each.`,
      markdown(rows),
      await crossing(corpora[0]),
      loadAtEnd(),
    ].join('\n\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compare(one: Summary | undefined, other: Summary | undefined): string[] {
  return one && other ? [spread(one), spread(other), (one.median / other.median).toFixed(2)] : ['', '', ''];
}

interface Opening {
  readonly painted: number;
  readonly scan: number;
}

async function measure(corpus: Corpus, starts: number, opens: number, env: Readonly<Record<string, string>>) {
  const first: number[] = [];
  const again: Opening[] = [];
  for (let start = 0; start < starts; start++) {
    const home = await mkdtemp(join(tmpdir(), 'longshore-bench-home-'));
    const longshore = await launchLongshore({ home, env });
    try {
      await longshore.page.getByRole('navigation', { name: 'Main' }).waitFor();
      first.push((await open(longshore, corpus.folder)).painted);
      for (let round = 0; round < opens; round++) again.push(await open(longshore, corpus.folder));
    } finally {
      await longshore.app.close();
      await rm(home, { recursive: true, force: true });
    }
  }
  return {
    first: summarise(first),
    again: summarise(again.map(({ painted }) => painted)),
    scan: summarise(again.map(({ scan }) => scan)),
  };
}

/** The page takes the time itself, from its own drop to the frame after the tree is there. By text: this side knows no DOM. */
const watch = `window.painted = new Promise((done) => addEventListener('drop', () => {
  const began = performance.now();
  const look = () => document.querySelector('[role=treeitem]') === null
    ? requestAnimationFrame(look)
    : requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  look();
}, { capture: true, once: true })), undefined`;

async function open({ page, dropPaths }: Longshore, folder: string): Promise<Opening> {
  await page.evaluate(watch);
  await dropPaths([folder]);
  await page.getByRole('treeitem').first().waitFor();
  const painted = await page.evaluate<number>('window.painted');
  const said = (await page.getByText(/^scanned in /).textContent()) ?? '';
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  const [, number, unit] = /([\d.]+) (ms|s)$/.exec(said.trim()) ?? [];
  if (!unit) throw new Error(`The window does not say how long it scanned: ${said}`);
  return { painted, scan: Number(number) * (unit === 's' ? 1000 : 1) };
}

/** What goes from main to the window, beside what it would be as one object for each entry. */
async function crossing({ folder }: Corpus): Promise<string> {
  const scan = await scanAnyFolder(folder, { dockerignore: true });
  const columns = await toScanPreview(scan, []);
  const objects = { sent: [...scanEntries(scan)], leftOut: scan.leftOut };
  const clone = (value: unknown): Summary =>
    summarise(
      Array.from({ length: 15 }, () => {
        const began = performance.now();
        structuredClone(value);
        return performance.now() - began;
      }),
    );
  return markdown([
    ['what crosses to the window', 'kB', 'one structured clone (there are two borders)'],
    ['in columns, as it is', kilobytes(columns), spread(clone(columns))],
    ['one object for each entry', kilobytes(objects), spread(clone(objects))],
  ]);
}

function kilobytes(value: unknown): string {
  return Math.round(serialize(value).length / 1000).toLocaleString('en');
}
