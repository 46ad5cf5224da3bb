import type { Docker } from '../../docker/types.ts';
import type { Edge } from '../../edge/types.ts';
import type { JobContext, StageContext } from '../../jobs/types.ts';
import type { SshConnection } from '../../ssh/types.ts';

/** What a set-up works on. */
export interface SetupParts {
  /** The server's name, for messages. */
  readonly name: string;
  readonly connection: SshConnection;
  readonly docker: Docker;
  readonly edge: Edge;
}

export type { JobContext, StageContext };
