import { ArrowLeft, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { BuildPlan } from '../../../src-main/contract/index.ts';
import { editDeployForm } from '../../state/deploy-sheet.ts';
import { Button } from '../../ui/index.ts';
import { buildWords } from './build-words.ts';

interface DockerfileEditorProps {
  readonly build: BuildPlan;
  /** The edited text; null while it is as found or proposed. */
  readonly edited: string | null;
  readonly error: string | null;
  readonly onDone: () => void;
}

/** The Dockerfile that will be used, to read and to change for this deploy. The folder itself is never changed. */
export function DockerfileEditor({ build, edited, error, onDone }: DockerfileEditorProps): ReactNode {
  const unknown = build.origin === 'unknown';
  return (
    <div className="flex min-h-0 flex-1 flex-col px-5 pt-4 pb-4">
      <div className="mb-2.5 flex flex-none items-center gap-2">
        <h2 className="font-semibold text-15">{unknown ? 'How is this built?' : 'Dockerfile'}</h2>
        {edited !== null && <span className="text-12 text-warn">edited</span>}
        <span className="flex-1" />
        {edited !== null && (
          <Button size="sm" variant="ghost" icon={Undo2} onClick={() => editDeployForm({ dockerfile: null })}>
            Reset
          </Button>
        )}
        <Button size="sm" icon={ArrowLeft} onClick={onDone}>
          Back to files
        </Button>
      </div>
      <p id="dockerfile-note" className="mb-2 flex-none text-text-2">
        {buildWords(build, edited).explanation}
      </p>
      <textarea
        aria-label="Dockerfile"
        aria-describedby="dockerfile-note"
        aria-invalid={error === null ? undefined : true}
        spellCheck={false}
        wrap="off"
        placeholder={unknown ? example : ''}
        value={edited ?? build.dockerfile}
        onChange={(event) => editDeployForm({ dockerfile: event.target.value === build.dockerfile ? null : event.target.value })}
        className="selectable min-h-0 flex-1 resize-none rounded-6 border border-line bg-code-bg p-3 font-mono text-12 text-code-text leading-5 aria-invalid:border-fail"
      />
      {error !== null && (
        <p role="alert" className="mt-1.5 flex-none text-12 text-fail">
          {error}.
        </p>
      )}
    </div>
  );
}

const example = ['FROM debian:12-slim', 'WORKDIR /app', 'COPY . .', 'RUN ./build.sh', 'EXPOSE 3000', 'CMD ["./server"]'].join('\n');
