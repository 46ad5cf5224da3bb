/** What an image is made of. Plain data: its hash is its version. */

export interface LayerRecipe {
  /** For progress and for references from images. */
  readonly name: string;
  /** Debian packages that are installed on top of the Debian root. */
  readonly packages?: readonly string[];
  /** npm packages (`name@version`) that lie unpacked under /practice/NAME while the script runs. */
  readonly npm?: readonly string[];
  /** A POSIX shell script that runs as root in the Debian root after that. */
  readonly script?: string;
  /**
   * What becomes the layer: everything that packages and script changed ("changes"), only what the script put into /out ("out", for
   * images that do not stand on Debian), or the Debian root itself ("root").
   */
  readonly take: 'changes' | 'out' | 'root';
}

/** The part of an image's configuration that its Dockerfile would set, in the image specification's own names. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
  readonly StopSignal?: string;
}

export interface ImageRecipe {
  /** Names with tags under which Docker finds it, such as `node:20`. */
  readonly tags: readonly string[];
  readonly layers: readonly LayerRecipe[];
  readonly config: ImageConfig;
}

export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
