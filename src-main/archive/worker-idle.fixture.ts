/** A process of worker.test.ts: scans a folder in a thread that it does not end. */
import { packFolderHere } from './pack.ts';
import { ArchiveWorker } from './worker-client.ts';

const [worker = '', folder = ''] = process.argv.slice(2);
const scan = await new ArchiveWorker(worker).scan('scanFolder', folder);
packFolderHere(scan).stream.resume();
process.stdout.write(`scanned ${scan.files}\n`);
