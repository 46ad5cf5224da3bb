import { type PackResult, packFolder } from '../archive/index.ts';
import { bytesInWords, CancelledError, counted, grouped, isCancellation } from '../contract/index.ts';
import type { ServerFile } from '../docker/types.ts';
import type { StageContext } from '../jobs/types.ts';
import type { KeptPlace, PackTar, Uploaded } from '../uploads/index.ts';
import type { Run } from './run.ts';
import { allOf, type Built, buildOptions, type Sending, showImage, showLine, showPacked, UploadShown } from './sending.ts';

/**
 * Packs and uploads what the server does not have of the folder, as two stages that overlap, then builds the context that the server made
 * of it and of the last one. When a stage fails it is marked, and the others are cancelled.
 */
export async function sendKept(run: Run, sending: Sending, place: KeptPlace): Promise<Built> {
  const stop = new AbortController();
  const flow = new Flow(run, sending, place, AbortSignal.any([run.job.signal, stop.signal]));
  const packing = run.stage('pack', (stage) => flow.pack(stage));
  const uploading = flow.launched.then(() => run.stage('upload', (stage) => flow.upload(stage)));
  const building = Promise.all([packing, uploading]).then(([, file]) => run.stage('build', (stage) => flow.build(stage, file)));
  packing.catch((error: unknown) => flow.giveUp(error));
  uploading.catch((error: unknown) => flow.giveUp(error));
  await allOf(run, [packing, uploading, building], stop);
  return { imageId: await building, pack: await packing };
}

class Flow {
  /** The packing has begun. */
  readonly launched: Promise<void>;
  readonly #packed: Promise<PackResult>;
  #launch: () => void = () => undefined;
  #packedAs: (result: PackResult) => void = () => undefined;
  #giveUp: (error: unknown) => void = () => undefined;
  #packFailure: unknown = null;
  #packStage: StageContext | null = null;
  readonly #shown: UploadShown;

  constructor(
    private readonly run: Run,
    private readonly sending: Sending,
    private readonly place: KeptPlace,
    private readonly signal: AbortSignal,
  ) {
    this.#shown = new UploadShown(sending.scan);
    let refuseLaunch: (error: unknown) => void;
    let refusePacked: (error: unknown) => void;
    this.launched = new Promise((resolve, reject) => {
      this.#launch = resolve;
      refuseLaunch = reject;
    });
    this.#packed = new Promise((resolve, reject) => {
      this.#packedAs = resolve;
      refusePacked = reject;
    });
    this.#packed.catch(() => undefined);
    this.#giveUp = (error) => {
      refuseLaunch(error);
      refusePacked(new CancelledError());
    };
  }

  /** For the stages that have not come to their end: they never will. */
  giveUp(error: unknown): void {
    this.#giveUp(error);
  }

  async pack(stage: StageContext): Promise<PackResult> {
    const { scan } = this.sending;
    this.#packStage = stage;
    this.#launch();
    try {
      const packed = await this.#packed;
      showPacked(stage, packed);
      return packed;
    } catch (error) {
      stage.detail(`of ${counted(scan.files, 'file')}`);
      throw this.#packFailure ?? error;
    } finally {
      // An upload that goes on after a break packs once more: that is shown as the upload's alone.
      this.#packStage = null;
    }
  }

  async upload(stage: StageContext): Promise<ServerFile> {
    const { run, place, signal } = this;
    this.#shown.on(stage);
    try {
      const uploaded = await run.uploads.upload(run.serverAccess, run.app, {
        pack: this.#pack,
        place,
        signal,
        onSent: (bytes) => this.#shown.sentSoFar(bytes),
        onNote: (text) => stage.log(text, 'note'),
        beforeWrite: () => run.assertHeld(),
      });
      this.#shown.end();
      stage.detail(uploadInWords(uploaded));
      stage.log(`The context is on ${run.server}, its sha256 is ${uploaded.hash}.`, 'note');
      return uploaded.file;
    } catch (error) {
      throw this.#packFailure === null ? error : new CancelledError();
    }
  }

  async build(stage: StageContext, file: ServerFile): Promise<string> {
    const options = buildOptions(this.sending, this.signal, (line) => showLine(stage, line));
    const { imageId } = await this.run.session.docker.buildFromFile(file, options);
    showImage(stage, imageId);
    return imageId;
  }

  /** Once for each attempt to upload. */
  readonly #pack: PackTar = () => {
    const { scan, context } = this.sending;
    const packed = packFolder(scan, {
      gzipLevel: null,
      // The upload is done with each block before it asks for the next.
      reuseBlocks: true,
      extra: context.extra,
      signal: this.signal,
      onProgress: (progress) => {
        this.#packStage?.progress({ done: progress.files, total: scan.files, unit: 'files' });
        this.#shown.packed(progress);
      },
    });
    packed.finished.then(this.#packedAs, (error: unknown) => {
      // A stream that broke because its reader did is not at fault.
      if (isCancellation(error)) return;
      this.#packFailure = error;
      this.#giveUp(error);
    });
    return packed;
  };
}

/** "12.3 kB of 15.5 MB: 1 file changed, 0 deleted". */
export function uploadInWords({ sentBytes, file, difference }: Pick<Uploaded, 'sentBytes' | 'file' | 'difference'>): string {
  const bytes = `${bytesInWords(sentBytes)} of ${bytesInWords(file.bytes)}`;
  if (!difference) return `${bytes}: all files`;
  const { changed, added, deleted } = difference;
  if (changed + added + deleted === 0) return `${bytes}: nothing changed`;
  const news = added > 0 ? `, ${grouped(added)} new` : '';
  return `${bytes}: ${counted(changed, 'file')} changed${news}, ${grouped(deleted)} deleted`;
}
