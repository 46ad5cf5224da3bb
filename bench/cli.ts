/**
 * `npm run bench [-- NAME…]`: the product's figures beside those of a peer, measured in the same run on the same practice
 * server. Prints Markdown tables; asserts nothing, since a time is not right or wrong.
 */
import { cpus, totalmem } from 'node:os';
import { type Bed, onBed } from './bed.ts';
import { benchCalls } from './calls.ts';
import { benchDeploys } from './deploys.ts';
import { benchMemory } from './memory.ts';
import { benchUpload } from './upload.ts';

const benches: Readonly<Record<string, (bed: Bed) => Promise<string>>> = {
  memory: benchMemory,
  calls: benchCalls,
  upload: benchUpload,
  deploy: benchDeploys,
};

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    console.error(`No such benchmark: ${unknown.join(', ')}. There are ${Object.keys(benches).join(', ')}.`);
    return 2;
  }
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`);
  await onBed(async (bed) => {
    for (const [name, bench] of Object.entries(benches)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      console.log(`## ${name}\n\n${await bench(bed)}\n`);
    }
  });
  return 0;
}

process.exitCode = await main();
