import { bytesInWords, ExpectedError } from '../../contract/index.ts';

export interface Resources {
  readonly diskTotalBytes: number;
  readonly diskFreeBytes: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly kernel: string;
}

/** Prints processors, kernel, memory in KiB, and the size and room in KiB of the file system that holds (or will hold) the folder $1. */
export const RESOURCES_SCRIPT = `
folder=$1
while [ ! -e "$folder" ] && [ "$folder" != / ]; do folder=$(dirname "$folder"); done
nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo
uname -r
awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo
df -Pk "$folder" | awk 'NR == 2 { print $2, $4 }'
`;

/** Takes apart what {@link RESOURCES_SCRIPT} printed; null when it is not that. */
export function parseResources(output: string): Resources | null {
  const [cpus, kernel, memory, disk] = output.split('\n').map((line) => line.trim());
  const [total, free] = (disk ?? '').split(' ').map(Number);
  if (!kernel || !Number(cpus) || !Number(memory) || total === undefined || free === undefined || Number.isNaN(total + free)) return null;
  return {
    cpus: Number(cpus),
    kernel,
    memoryBytes: Number(memory) * 1024,
    diskTotalBytes: total * 1024,
    diskFreeBytes: free * 1024,
  };
}

const LEAST_FREE = 2e9;
/** Docker and the edge together take about 200 MB of it. What is sold as 512 MB has some 460 MB for Linux to give. */
const LEAST_MEMORY = 420e6;

/** Throws `disk-full` or `unsupported-system` where Docker would not have what it needs. Returns a few words. */
export function checkResources(resources: Resources, server: string): string {
  const free = bytesInWords(resources.diskFreeBytes);
  const memory = bytesInWords(resources.memoryBytes);
  if (resources.diskFreeBytes < LEAST_FREE) {
    throw new ExpectedError(
      'disk-full',
      `Only ${free} of disk are free on ${server}; Docker and a first app need ${bytesInWords(LEAST_FREE)}.`,
      { next: `Free some space on ${server} (old images, logs, packages), or give it a bigger disk.` },
    );
  }
  if (resources.memoryBytes < LEAST_MEMORY) {
    throw new ExpectedError(
      'unsupported-system',
      `${server} has ${memory} of memory; Docker and an app need ${bytesInWords(LEAST_MEMORY)}.`,
      { next: 'Use a server with more memory.' },
    );
  }
  return `${free} of disk free, ${memory} of memory`;
}
