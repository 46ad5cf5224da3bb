import { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type PackResult, packFolder } from '../archive/index.ts';
import { bytesInWords, CancelledError, counted, ExpectedError, isCancellation } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import type { Run } from './run.ts';
import { allOf, type BuildLine, type Built, buildOptions, type Sending, showImage, showLine, showPacked, UploadShown } from './sending.ts';

/**
 * Packs, uploads and builds in one stream, as three stages that overlap: what is packed goes compressed through SSH straight into
 * Docker's build, and nothing of it is ever a file on this computer. For servers that cannot keep the context (see uploads). When one of them fails it is marked, and the others are cancelled.
 */
export async function sendStraight(run: Run, sending: Sending): Promise<Built> {
  const stop = new AbortController();
  const flow = new Flow(run, sending, AbortSignal.any([run.job.signal, stop.signal]));
  const packing = run.stage('pack', (stage) => flow.pack(stage));
  const uploading = flow.launched.then(() => run.stage('upload', (stage) => flow.upload(stage)));
  const building = flow.begun.then(() => run.stage('build', (stage) => flow.build(stage)));
  // What has not begun when an earlier one fails never will.
  for (const earlier of [packing, uploading]) earlier.catch((error: unknown) => flow.giveUp(error));
  const ends = [packing, uploading, building];
  await allOf(run, ends, stop);
  return { imageId: await building, pack: await packing };
}

class Flow {
  /** The stream is on its way. */
  readonly launched: Promise<void>;
  /** Docker has begun to build, or has all that it needs for it. */
  readonly begun: Promise<void>;
  #launch: (error?: unknown) => void = () => undefined;
  #begin: (error?: unknown) => void = () => undefined;
  #built: Promise<{ readonly imageId: string }> | null = null;
  #packed: Promise<PackResult> | null = null;
  #sent: Promise<void> | null = null;
  #packFailure: unknown = null;
  #isSent = false;
  readonly #shown: UploadShown;
  #buildStage: StageContext | null = null;
  /** Lines that came before the stage was shown. */
  readonly #early: BuildLine[] = [];

  constructor(
    private readonly run: Run,
    private readonly sending: Sending,
    private readonly signal: AbortSignal,
  ) {
    this.#shown = new UploadShown(sending.scan);
    this.launched = new Promise((resolve, reject) => {
      this.#launch = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.begun = new Promise((resolve, reject) => {
      this.#begin = (error) => (error === undefined ? resolve() : reject(error));
    });
  }

  /** For the stages that have not begun: they never will. */
  giveUp(error: unknown): void {
    this.#launch(error);
    this.#begin(error);
  }

  async pack(stage: StageContext): Promise<PackResult> {
    const { scan } = this.sending;
    this.#start(stage);
    try {
      const packed = await expectStarted(this.#packed);
      showPacked(stage, packed);
      return packed;
    } catch (error) {
      stage.detail(`of ${counted(scan.files, 'file')}`);
      // A stream that broke because its reader did is not at fault.
      throw this.#packFailure ?? (isCancellation(error) ? error : new CancelledError());
    }
  }

  async upload(stage: StageContext): Promise<void> {
    this.#shown.on(stage);
    try {
      await Promise.race([expectStarted(this.#sent), failureOf(expectStarted(this.#built))]);
      this.#shown.end();
      stage.detail(bytesInWords(this.#shown.sent));
      this.#begin();
    } catch (error) {
      const own = this.#packFailure === null && !isBuildFailure(error);
      if (isBuildFailure(error)) this.#begin();
      else this.#begin(error);
      throw own ? error : new CancelledError();
    }
  }

  async build(stage: StageContext): Promise<string> {
    this.#buildStage = stage;
    for (const line of this.#early.splice(0)) showLine(stage, line);
    try {
      const { imageId } = await expectStarted(this.#built);
      showImage(stage, imageId);
      return imageId;
    } catch (error) {
      const own = this.#packFailure === null && (this.#isSent || isBuildFailure(error));
      throw own ? error : new CancelledError();
    }
  }

  #start(pack: StageContext): void {
    const { scan, context } = this.sending;
    const packed = packFolder(scan, {
      extra: context.extra,
      signal: this.signal,
      onProgress: (progress) => {
        pack.progress({ done: progress.files, total: scan.files, unit: 'files' });
        this.#shown.packed(progress);
      },
    });
    this.#packed = packed.finished;
    packed.finished.catch(() => undefined);
    const counter = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#shown.sentSoFar(this.#shown.sent + chunk.length);
        done(null, chunk);
      },
    });
    packed.stream.once('error', (error) => {
      this.#packFailure = isCancellation(error) ? null : error;
      counter.destroy(error);
    });
    counter.once('close', () => packed.stream.destroy());
    packed.stream.pipe(counter);
    this.#sent = finished(counter, { writable: false }).then(() => {
      this.#isSent = true;
    });
    this.#sent.catch(() => undefined);
    const options = buildOptions(this.sending, this.signal, (line) => this.#line(line));
    this.#built = this.run.session.docker.build(counter, options);
    this.#built.catch(() => undefined);
    this.#launch();
  }

  /** The first line comes when Docker has read the context: the build has begun, even where the upload's end is not noticed here yet. */
  #line(line: BuildLine): void {
    this.#begin();
    if (this.#buildStage) showLine(this.#buildStage, line);
    else this.#early.push(line);
  }
}

function isBuildFailure(error: unknown): boolean {
  return error instanceof ExpectedError && (error.code === 'build-failed' || error.code === 'disk-full');
}

/** Rejects when it does; a success is for somebody else to wait for. */
async function failureOf(work: Promise<unknown>): Promise<never> {
  await work;
  return await new Promise<never>(() => undefined);
}

function expectStarted<T>(work: Promise<T> | null): Promise<T> {
  return work ?? Promise.reject(new Error('The stream was not started'));
}
