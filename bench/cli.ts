/**
 * `npm run bench [-- NAME…] [--quick] [--write]`: the product's figures beside those of a peer, measured in the same run, those
 * of servers on the same practice server. Prints Markdown tables; asserts nothing, since a time is not right or wrong.
 * `--quick` is for trying a benchmark; `--write` puts the tables in the place of the last ones in docs/figures.md.
 * `npm run bench -- faults [--cells WORDS] [--tenth N] [--seed N] [--continue] [--write]` is the fault matrix: no figure but a verdict, and
 * hours of it, so it only runs when it is named. `--write` puts all that is known of its cells into docs/faults.md.
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchArchive } from './archive.ts';
import { type Bed, onBed } from './bed.ts';
import { benchCalls } from './calls.ts';
import { benchDeploys } from './deploys.ts';
import { benchFaults } from './faults/faults.ts';
import { benchMemory } from './memory.ts';
import { benchPreview } from './preview.ts';
import { benchRollout } from './rollout.ts';
import { benchUpload } from './upload.ts';
import { writeFigures } from './write-figures.ts';

interface Options {
  readonly quick: boolean;
}

const local: Readonly<Record<string, (options: Options) => Promise<string>>> = { archive: benchArchive, preview: benchPreview };

const onServer: Readonly<Record<string, (bed: Bed, options: Options) => Promise<string>>> = {
  memory: benchMemory,
  calls: benchCalls,
  upload: benchUpload,
  deploy: benchDeploys,
  rollout: benchRollout,
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      cells: { type: 'string' },
      tenth: { type: 'string' },
      seed: { type: 'string' },
      continue: { type: 'boolean', default: false },
    },
  });
  if (positionals[0] === 'faults') {
    const { cells, tenth, seed, continue: goOn, write } = values;
    return (await benchFaults({ cells, tenth, seed, goOn, write })) === 0 ? 0 : 1;
  }
  const names = [...Object.keys(local), ...Object.keys(onServer)];
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`No such benchmark: ${unknown.join(', ')}. There are ${names.join(', ')}.`);
    return 2;
  }
  const wanted = names.filter((name) => positionals.length === 0 || positionals.includes(name));
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  console.log(`${machine}\n`);
  const show = async (name: string, figures: string): Promise<void> => {
    console.log(`## ${name}\n\n${figures}\n`);
    if (values.write) await writeFigures(name, `${machine}.\n\n${figures}`);
  };
  for (const [name, bench] of Object.entries(local)) if (wanted.includes(name)) await show(name, await bench(values));
  const served = Object.entries(onServer).filter(([name]) => wanted.includes(name));
  if (served.length > 0) {
    await onBed(async (bed) => {
      for (const [name, bench] of served) await show(name, await bench(bed, values));
    });
  }
  return 0;
}

process.exitCode = await main();
